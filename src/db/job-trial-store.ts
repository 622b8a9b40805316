import { type SQL, sql } from 'drizzle-orm';
import type { TrialKey } from '../core/runner-protocol.ts';
import type { TrialResult } from '../core/trial-result.ts';
import type { Db } from './client.ts';
import { KEPT, type LeaseRef, answerOf, isHeld, signOfLife } from './job-lease.ts';
import { positionIn } from './job-schedule.ts';
import { events } from './schema/events.ts';
import { experiments } from './schema/experiments.ts';
import { type JobRow, jobs } from './schema/jobs.ts';
import { trials } from './schema/trials.ts';

export interface NewTrial extends LeaseRef, TrialKey {
  /** Fresh; used when the trial is new. */
  readonly trial_id: string;
  /** SHA-256 of the body's bytes, hex. */
  readonly digest: string;
  /** The exact text that was sent. */
  readonly body: string;
  readonly state: TrialResult['state'];
  /** JSON of its TrialSummary, and the version of that; absent: it is made from the body when it is read. */
  readonly summary?: string | undefined;
  readonly summary_version?: number | undefined;
}

type Stored =
  | { readonly kind: 'stored'; readonly status: 'running' | 'canceling'; readonly trial_id: string }
  | { readonly kind: 'unknown-cell'; readonly status: 'running' | 'canceling'; readonly trial_id: null };

/**
 * All of an upload in one statement: the lease is renewed, the trial stored at its place in the schedule, counted, and noted. Null: no
 * runner holds the job under that lease (nothing is done), or the trial was there before (only the lease is renewed).
 */
export async function storeTrial(on: Db, trial: NewTrial): Promise<Stored | null> {
  const part = (name: string, statement: SQL) => on.$with(name, {}).as(statement);
  const held = sql`select id, experiment_id, generation, attempt, state from ${jobs} where ${isHeld(trial)} for update`;
  const [row] = await on
    .with(
      signOfLife(on, trial),
      part('held', held),
      part('place', positionIn('held', trial)),
      part('stored', insert(trial)),
      part('renewed', renew(on)),
      part('counted', count(on, trial)),
      part('noted', note(trial)),
    )
    .select({
      state: sql<JobRow['state']>`held.state`,
      position: sql<number | null>`place.position`,
      trial_id: sql<string | null>`stored.id`,
    })
    .from(sql`held left join place on true left join stored on true`);
  if (!row) return null;
  const status = answerOf(row);
  if (row.position === null) return { kind: 'unknown-cell', status, trial_id: null };
  return row.trial_id === null ? null : { kind: 'stored', status, trial_id: row.trial_id };
}

/** Values in a SELECT have no type of their own. */
function insert(trial: NewTrial): SQL {
  const { trial_id, cell, block, run, state, digest, body, summary = null, summary_version = null } = trial;
  return sql`insert into ${trials} (id, experiment_id, job_id, generation, attempt, position,
      cell, block, run, state, digest, body, summary, summary_version)
    select ${trial_id}::text, held.experiment_id, held.id, held.generation, held.attempt, place.position,
      ${cell}::text, ${block}::int, ${run}::int, ${state}::text, ${digest}::text, ${body}::text, ${summary}::text, ${summary_version}::int
    from held, place
    on conflict (job_id, generation, cell, block, run) do nothing
    returning id`;
}

/** The first new trial makes the attempt a fruitful one. */
function renew(on: Db): SQL {
  const attempt_fruitless = sql`${jobs.attempt_fruitless} and not exists (select 1 from stored)`;
  const set = { lease_expires_at: KEPT, attempt_fruitless };
  return on
    .update(jobs)
    .set(set)
    .from(sql`held`)
    .where(sql`${jobs.id} = held.id`)
    .getSQL();
}

/** A rerun is no progress: the trial that it repeats was counted. */
function count(on: Db, { run }: NewTrial): SQL {
  return on
    .update(experiments)
    .set({
      trials_done: sql`${experiments.trials_done} + ${run === 1 ? 1 : 0}::int`,
      version: sql`${experiments.version} + 1`,
      events_count: sql`${experiments.events_count} + 1`,
    })
    .from(sql`held, stored`)
    .where(sql`${experiments.id} = held.experiment_id`)
    .returning({ id: experiments.id, seq: experiments.events_count })
    .getSQL();
}

function note({ trial_id, cell, block, run, state }: NewTrial): SQL {
  const data = JSON.stringify({ trial_id, cell, block, run, state });
  return sql`insert into ${events} (experiment_id, seq, type, data)
    select id, events_count, 'trial-stored', ${data}::jsonb from counted`;
}
