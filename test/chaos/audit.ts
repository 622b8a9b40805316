import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { MAX_CLAIMS, MAX_FRUITLESS_ATTEMPTS } from '../../src/db/job-attempts.ts';
import { isListening } from '../../src/runner/ports.ts';
import { readProcesses } from '../../src/runner/process-table.ts';
import { readText } from '../../src/runner/read-text.ts';
import { againWithoutCause, measurementsIn, type Measurements, notKept } from './measurements.ts';
import type { World } from './world.ts';

interface Row {
  readonly id: string;
  readonly job_id: string;
  readonly status: string;
  readonly reason: string | null;
  readonly state: string;
  readonly job_reason: string | null;
  readonly leased: boolean;
  readonly generation: number;
  readonly attempt: number;
  readonly fruitless: number;
  readonly trials_done: number;
  readonly schedule: readonly { readonly block: number; readonly cells: readonly string[] }[];
  readonly stored_events: number;
}

interface Trial {
  readonly generation: number;
  readonly cell: string;
  readonly block: number;
  readonly run: number;
  readonly state: string;
  readonly digest: string;
  readonly body: string;
}

/** What is wrong with what is stored, in sentences; empty: nothing was lost, doubled or changed. */
export async function auditStored(world: World): Promise<string[]> {
  const rows = await world.sql<Row[]>`
    SELECT e.id, j.id AS job_id, e.status, e.reason, j.state, j.reason AS job_reason, j.lease_expires_at IS NOT NULL AS leased,
      j.generation, j.attempt, j.fruitless_attempts + j.attempt_fruitless::int AS fruitless, e.trials_done, e.schedule,
      (SELECT count(*)::int FROM events v WHERE v.experiment_id = e.id AND v.type = 'trial-stored') AS stored_events
    FROM experiments e JOIN jobs j ON j.experiment_id = e.id ORDER BY e.created_at`;
  const problems: string[] = [];
  const measured = measurementsIn(world.events);
  for (const row of rows) {
    const trials = await world.sql<Trial[]>`
      SELECT generation, cell, block, run, state, digest, body FROM trials WHERE job_id = ${row.job_id}`;
    const found = [...ends(row, trials), ...whole(row, trials), ...bodies(trials), ...kept(row, trials, measured)];
    problems.push(...found.map((problem) => `${row.id}: ${problem}`));
  }
  return problems;
}

/** How each job was lost that was, for people: its events but for those of trials. */
export async function lostJobs({ sql }: World): Promise<string[]> {
  const rows = await sql<{ line: string }[]>`
    SELECT e.id || ': ' || string_agg(to_char(v.at, 'HH24:MI:SS.MS') || ' ' || v.type || coalesce(' ' || (v.data->>'why'), '')
      || coalesce(' #' || (v.data->>'attempt'), ''), ', ' ORDER BY v.seq) AS line
    FROM experiments e JOIN events v ON v.experiment_id = e.id WHERE e.reason = 'runner-lost' GROUP BY e.id`;
  return rows.map(({ line }) => line);
}

function ends(row: Row, trials: readonly Trial[]): string[] {
  const found: string[] = [];
  if (!['succeeded', 'failed', 'canceled'].includes(row.status)) found.push(`has not ended: ${row.status}`);
  if (row.status !== row.state || row.reason !== row.job_reason)
    found.push(`says ${row.status} (${row.reason}), its job ${row.state} (${row.job_reason})`);
  if (row.leased) found.push('its job still has a lease');
  if (row.status === 'failed' && !isRightReason(row, trials))
    found.push(
      `failed as ${row.reason}: attempt ${row.attempt}, ${row.fruitless} in vain, trials ${trials.map((each) => each.state).join(', ')}`,
    );
  if (row.status === 'canceled') found.push('was canceled, which nobody asked for');
  return found;
}

function isRightReason({ reason, generation, attempt, fruitless }: Row, trials: readonly Trial[]): boolean {
  if (reason === 'runner-lost') return attempt >= MAX_CLAIMS || fruitless >= MAX_FRUITLESS_ATTEMPTS;
  if (reason === 'no-ok-trial') return trials.every((trial) => trial.generation !== generation || trial.state !== 'ok');
  return false;
}

/** Every planned trial of one that succeeded, and no count that disagrees. */
function whole(row: Row, trials: readonly Trial[]): string[] {
  const found: string[] = [];
  const first = trials.filter((trial) => trial.generation === row.generation && trial.run === 1);
  if (first.length !== row.trials_done) found.push(`counts ${row.trials_done} trials and has ${first.length}`);
  if (trials.length !== row.stored_events)
    found.push(`tells of ${row.stored_events} stored trials and has ${trials.length}`);
  if (row.status !== 'succeeded') return found;
  const wanted = row.schedule.flatMap(({ block, cells }) => cells.map((cell) => `${block}/${cell}`)).sort();
  const have = first.map(({ block, cell }) => `${block}/${cell}`).sort();
  if (JSON.stringify(have) !== JSON.stringify(wanted))
    found.push(`was to have ${wanted.join(' ')}, has ${have.join(' ')}`);
  return found;
}

function bodies(trials: readonly Trial[]): string[] {
  return trials
    .filter(({ digest, body }) => createHash('sha256').update(body).digest('hex') !== digest)
    .map(({ cell, block, run }) => `the digest of ${block}/${run}/${cell} is not that of its body`);
}

/** Against what its runners said when they measured it. */
function kept({ id, status, reason }: Row, trials: readonly Trial[], measured: readonly Measurements[]): string[] {
  const own = measured.filter(({ experiment_id }) => experiment_id === id);
  const isWhole = status === 'succeeded' || reason === 'no-ok-trial';
  return [...againWithoutCause(own), ...notKept(own, trials, isWhole)];
}

/** What is left of a world that has been stopped, in sentences. */
export async function auditLeftovers(world: World): Promise<string[]> {
  const { folder, runnerFolder, ports } = world;
  const processes = await processesLeft(folder);
  const open = await Promise.all(
    ports.map(async (port) => ((await isListening(port)) ? [`port ${port} is still open`] : [])),
  );
  const files = ['spool', 'trials'].flatMap((name) =>
    namesIn(join(runnerFolder, name)).map((each) => `${name}/${each} is left`),
  );
  const provision = join(runnerFolder, 'provision');
  const halves = (existsSync(provision) ? readdirSync(provision, { recursive: true, encoding: 'utf8' }) : []).filter(
    (name) => /(?:\.(?:tmp|lock|part)|\/\.part-[^/]*)$/.test(name),
  );
  const temporary = namesIn(join(folder, 'tmp')).map((name) => `the temporary ${name} is left`);
  const lock = existsSync(join(runnerFolder, 'runner.lock')) ? ['the lock of the runner’s folder is left'] : [];
  return [
    ...processes,
    ...open.flat(),
    ...files,
    ...halves.map((name) => `provision/${name} is left`),
    ...temporary,
    ...lock,
  ];
}

/** What a killed runner had started may need that long (rule of its guardian). */
const ORPHAN_MS = 10_000;

async function processesLeft(folder: string): Promise<string[]> {
  const deadline = performance.now() + ORPHAN_MS;
  for (;;) {
    const left = readProcesses().flatMap(({ pid }) => {
      const command = readText(`/proc/${pid}/cmdline`)?.replaceAll('\0', ' ') ?? '';
      const isOurs = command.includes(folder) || (readText(`/proc/${pid}/environ`)?.includes(folder) ?? false);
      return isOurs && pid !== process.pid ? [`process ${pid} is left: ${command}`] : [];
    });
    if (left.length === 0 || performance.now() > deadline) return left;
    await delay(100);
  }
}

const namesIn = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : []);
