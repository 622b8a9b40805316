import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type SQL, sql } from 'drizzle-orm';
import type { EndReason, ExperimentState, JobState } from '../../src/core/job.ts';
import { expandMatrix } from '../../src/core/matrix.ts';
import { neededKeys, offerKeys } from '../../src/core/offer.ts';
import { makeSchedule } from '../../src/core/schedule.ts';
import type { TrialResult } from '../../src/core/trial-result.ts';
import type { Db } from '../../src/db/client.ts';
import { migrate } from '../../src/db/migrate.ts';
import { OFFERS } from '../fixtures/offers.ts';
import { makeResults } from '../fixtures/results.ts';
import { makeSpec } from '../fixtures/experiment-facts.ts';
import { smallSpec } from '../fixtures/spec.ts';
import { HOST_FINGERPRINT, makeTrialResult } from '../fixtures/trial-result.ts';
import { id, sha256 } from './world.ts';

/** A database as the release before this one left it: migrations 0000 and 0001, and rows that only its columns hold. */
const LAST_MIGRATION = 1;
const MIGRATIONS = fileURLToPath(new URL('../../migrations', import.meta.url));

interface Journal {
  readonly entries: readonly { readonly idx: number; readonly tag: string }[];
}

/** Runs `use` with a copy of the migrations up to `last`, and whatever else is written there. */
export async function withMigrations<T>(last: number, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'benchwright-migrations-'));
  try {
    cpSync(MIGRATIONS, folder, { recursive: true });
    const file = join(folder, 'meta/_journal.json');
    const journal = JSON.parse(readFileSync(file, 'utf8')) as Journal;
    const entries = journal.entries.filter((entry) => entry.idx <= last);
    writeFileSync(file, JSON.stringify({ ...journal, entries }));
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export function migrateToPrevious(db: Db): Promise<number> {
  return withMigrations(LAST_MIGRATION, (folder) => migrate(db, folder));
}

interface Row {
  readonly status: ExperimentState;
  readonly state: JobState;
  readonly reason?: EndReason;
  /** Begun, whatever has become of it. */
  readonly started: boolean;
  readonly trials: number;
  readonly results?: boolean;
}

/** Every state of an experiment, and of its job behind it. */
const ROWS = {
  waiting: { status: 'queued', state: 'queued', started: false, trials: 0 },
  claimed: { status: 'queued', state: 'claimed', started: false, trials: 0 },
  running: { status: 'running', state: 'running', started: true, trials: 1 },
  lapsed: { status: 'running', state: 'queued', started: true, trials: 2 },
  canceling: { status: 'running', state: 'canceling', started: true, trials: 1 },
  succeeded: { status: 'succeeded', state: 'succeeded', started: true, trials: 4 },
  reported: { status: 'succeeded', state: 'succeeded', started: true, trials: 4, results: true },
  failed: { status: 'failed', state: 'failed', reason: 'runner-lost', started: true, trials: 1 },
  canceled: { status: 'canceled', state: 'canceled', reason: 'canceled', started: false, trials: 0 },
} as const satisfies Record<string, Row>;
export type PreviousName = keyof typeof ROWS;

export interface PreviousExperiment extends Row {
  readonly id: string;
  readonly job_id: string;
  readonly lease_id: string;
  readonly runner_id: string;
  /** The exact texts that its runner sent, in the order of the schedule. */
  readonly bodies: readonly string[];
}

export interface PreviousWorld {
  readonly project_id: string;
  readonly experiments: Record<PreviousName, PreviousExperiment>;
  readonly results: ReturnType<typeof makeResults>;
}

const SPEC = makeSpec(smallSpec());
const CELLS = expandMatrix(SPEC);
export const PREVIOUS_SCHEDULE = makeSchedule(CELLS, SPEC.repetitions, 7);
/** A place of the schedule, and what was measured there. */
const TRIALS: readonly TrialResult[] = PREVIOUS_SCHEDULE.flatMap(({ block, cells }) =>
  cells.map((slug) => {
    const cell = CELLS.find((candidate) => candidate.cell === slug)!;
    const median_ms = cell.deployment === 'fastapi' ? 4 : 8;
    return makeTrialResult({ cell, block, seed: 3, median_ms, window_s: SPEC.window_s, warmup_s: SPEC.warmup_s });
  }),
);

/** Fills a database at 0001, by plain SQL: a project with an operator key, runners, and an experiment in every state. */
export async function insertPreviousWorld(db: Db, key_hash: string): Promise<PreviousWorld> {
  const project_id = id('project');
  const results = makeResults();
  await db.execute(sql`INSERT INTO projects (id, name) VALUES (${project_id}, 'default')`);
  await db.execute(sql`INSERT INTO keys (id, project_id, name, type, scopes, prefix, last_four, hash) VALUES
    (${id('key')}, ${project_id}, 'first operator', 'operator', '{read,submit,run,admin,operator}', 'bw_operator_', 'abcd', ${key_hash})`);
  await db.execute(sql`INSERT INTO first_operator (key_id) SELECT id FROM keys`);
  const experiments: Partial<Record<PreviousName, PreviousExperiment>> = {};
  for (const name of Object.keys(ROWS) as PreviousName[]) {
    const row = ROWS[name];
    const bodies = TRIALS.slice(0, row.trials).map((trial) => JSON.stringify(trial));
    const ids = { id: id('experiment'), job_id: id('job'), lease_id: id('lease'), runner_id: id('runner') };
    experiments[name] = { ...row, ...ids, bodies };
    await insertRunner(db, project_id, ids.runner_id);
    await insertExperiment(db, project_id, name, experiments[name]);
    if ('results' in row) {
      await db.execute(sql`UPDATE experiments SET results = ${JSON.stringify(results)}::json,
        results_digest = ${sha256(JSON.stringify(results))} WHERE id = ${ids.id}`);
    }
  }
  return { project_id, experiments: experiments as Record<PreviousName, PreviousExperiment>, results };
}

async function insertRunner(db: Db, project_id: string, runner_id: string): Promise<void> {
  const keys = sql.raw(`'{${offerKeys(OFFERS).join(',')}}'`);
  await db.execute(sql`INSERT INTO runners (id, project_id, host_id, session_id, session_started_at, fingerprint, fingerprint_digest,
      version, labels, targets, offer_keys, last_seen_at)
    VALUES (${runner_id}, ${project_id}, ${`host-${runner_id}`}, ${id('session')}, now(), ${JSON.stringify(HOST_FINGERPRINT)}::jsonb,
      ${sha256(runner_id)}, '0.1.0', '{"arch":"x86_64"}', ${JSON.stringify(OFFERS)}::json, ${keys}, now())`);
}

const when = (is: boolean, then: SQL): SQL => (is ? then : sql`NULL`);

async function insertExperiment(db: Db, project_id: string, name: string, row: PreviousExperiment): Promise<void> {
  const ended = row.status === row.state && row.status !== 'running' && row.status !== 'queued';
  const live = ['claimed', 'running', 'canceling'].includes(row.state);
  const claimed = row.started || live;
  const started_at = when(row.started, sql`now() - interval '10 minutes'`);
  const ended_at = when(ended, sql`now() - interval '1 minute'`);
  const host = JSON.stringify({ fingerprint: HOST_FINGERPRINT, digest: sha256('host') });
  await db.execute(sql`INSERT INTO experiments (id, project_id, name, labels, spec, original_text, original_media_type, schedule,
      cells_count, trials_planned, trials_done, status, reason, version, events_count, started_at, ended_at, cancel_requested_at, host, targets)
    VALUES (${row.id}, ${project_id}, ${name}, '{"branch":"main"}', ${JSON.stringify(SPEC)}::json, ${`name: ${name} # as sent`},
      'application/yaml', ${JSON.stringify(PREVIOUS_SCHEDULE)}::jsonb, ${CELLS.length}::int, ${TRIALS.length}::int, ${row.trials}::int,
      ${row.status}, ${row.reason ?? null}, ${row.trials + 2}::int, ${row.trials + 1}::int, ${started_at}, ${ended_at},
      ${when(row.state.startsWith('cancel'), sql`now()`)}, ${when(row.started, sql`${host}::jsonb`)},
      ${row.started ? JSON.stringify(OFFERS) : '[]'}::json)`);
  const needs = sql.raw(`'{${neededKeys(SPEC.deployments).join(',')}}'`);
  await db.execute(sql`INSERT INTO jobs (id, experiment_id, project_id, state, reason, needs, runner_labels, timeout_s, queue_timeout_s,
      attempt, claimed_at, attempt_started_at, started_at, deadline_at, ended_at, runner_id, host_id, lease_id, lease_expires_at, claim_key)
    VALUES (${row.job_id}, ${row.id}, ${project_id}, ${row.state}, ${row.reason ?? null}, ${needs}, '{}', 7200, 86400,
      ${claimed ? 1 : 0}::int, ${when(claimed, sql`now() - interval '11 minutes'`)}, ${started_at}, ${started_at},
      ${when(row.started, sql`now() + interval '110 minutes'`)}, ${ended_at}, ${claimed ? row.runner_id : null},
      ${claimed ? `host-${row.runner_id}` : null}, ${claimed ? row.lease_id : null}, ${when(live, sql`now() + interval '80 seconds'`)},
      ${claimed ? 'claim-key' : null})`);
  await insertHistory(db, row);
}

/** What has happened to it, as far as readers can tell the rows apart: it was queued, and each trial was stored. */
async function insertHistory(db: Db, { id: experiment_id, job_id, bodies }: PreviousExperiment): Promise<void> {
  await db.execute(
    sql`INSERT INTO events (experiment_id, seq, type, data) VALUES (${experiment_id}, 1, 'queued', '{"cells":2}')`,
  );
  for (const [index, body] of bodies.entries()) {
    const { cell, block } = TRIALS[index]!;
    await db.execute(sql`INSERT INTO trials (id, experiment_id, job_id, generation, attempt, cell, block, run, position, state, digest, body)
      VALUES (${id('trial')}, ${experiment_id}, ${job_id}, 1, 1, ${cell}, ${block}::int, 1, ${index + 1}::int, 'ok', ${sha256(body)}, ${body})`);
    const data = JSON.stringify({ cell, block, run: 1, state: 'ok' });
    await db.execute(sql`INSERT INTO events (experiment_id, seq, type, data)
      VALUES (${experiment_id}, ${index + 2}::int, 'trial-stored', ${data}::jsonb)`);
  }
}
