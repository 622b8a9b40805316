import { type Placeholder, type SQL, sql } from 'drizzle-orm';
import type { ClaimedJob } from '../core/runner-protocol.ts';
import { builtOnce } from './built-once.ts';
import type { Db } from './client.ts';
import { inSeconds } from './clock.ts';
import { violates } from './constraint.ts';
import { HAS_LAPSED, IS_OVERDUE } from './expiry.ts';
import { NEXT_ATTEMPT } from './job-attempts.ts';
import { SEEN_EVERY_S } from './job-lease.ts';
import { TURN_TAKEN, anyFor, nextFor } from './job-queue.ts';
import { CLAIM_START_S } from './lease-terms.ts';
import { events } from './schema/events.ts';
import { experiments } from './schema/experiments.ts';
import { jobs } from './schema/jobs.ts';
import { runners } from './schema/runners.ts';
import { isLive } from './schema/states.ts';

export interface Claim {
  /** Of the key that opened the session; a session of another project is answered as `superseded`. Null: shared. */
  readonly project_id: string | null;
  readonly session_id: string;
  readonly claim_key: string;
  /** Fresh; used when a job is given. */
  readonly lease_id: string;
}

export type FreshClaim =
  | { readonly kind: 'job'; readonly job: ClaimedJob }
  | { readonly kind: 'none' | 'superseded' }
  /** Not for one statement: the runner holds a job, time has work to do, or the next job was claimed before. */
  | { readonly kind: 'look-closer' };

/**
 * The claim as it nearly always is, in one statement: a runner that holds nothing is given a job that nobody has had, or learns that
 * there is none, which writes nothing. All of a statement reads one snapshot, and the runner may have been given a job since; the
 * unique index sees that.
 */
export async function claimFresh(on: Db, claim: Claim): Promise<FreshClaim> {
  try {
    return judge(await ask(on, claim), claim);
  } catch (error) {
    if (violates(error, 'jobs_one_live_per_runner')) return { kind: 'look-closer' };
    throw error;
  }
}

function judge(row: Awaited<ReturnType<typeof ask>>, { lease_id }: Claim): FreshClaim {
  if (!row) return { kind: 'superseded' };
  const { job_id, experiment_id, spec, schedule } = row;
  if (job_id !== null) {
    if (experiment_id === null || spec === null || schedule === null)
      throw new Error(`job ${job_id} without its experiment`);
    const { attempt, generation, timeout_s: deadline_in_s, is_fork } = row;
    const job = {
      job_id,
      experiment_id,
      attempt,
      generation,
      lease_id,
      spec,
      schedule,
      done_trials: [],
      deadline_in_s,
      ...(is_fork === true && { untrusted: true }),
    };
    return { kind: 'job', job };
  }
  // With work waiting the runner is locked; when it was not, a newer session has opened since.
  const changed = row.any_waits && !row.is_locked;
  return { kind: row.holds_one || row.is_due || row.is_used || changed ? 'look-closer' : 'none' };
}

/** What is put into the statement for each claim. */
const GIVEN = {
  project_id: sql.placeholder('project_id'),
  session_id: sql.placeholder('session_id'),
  claim_key: sql.placeholder('claim_key'),
  lease_id: sql.placeholder('lease_id'),
};

const forOwn = builtOnce((on) => build(on, GIVEN.project_id));
const forShared = builtOnce((on) => build(on, null));

async function ask(on: Db, claim: Claim) {
  const statement = claim.project_id === null ? forShared(on) : forOwn(on);
  const [row] = await statement.execute({ ...claim });
  return row;
}

/** The head of a pull request of another repository: its runner is told that nobody of the project has written it. */
export const OF_A_FORK = sql<boolean>`coalesce((${experiments.origin} ->> 'fork')::boolean, false)`;

/** Runner, job, experiment: each is locked by a part that reads the one before. */
function build(on: Db, project_id: Placeholder | null) {
  const part = (name: string, statement: SQL) => on.$with(name, {}).as(statement);
  const parts = [
    part('known', KNOWN),
    part('held', HELD),
    part('waiting', anyFor('known', project_id)),
    part('due', DUE),
    part('go', GO),
    part('runner', LOCK_RUNNER),
    part('touched', TOUCH_RUNNER),
    part('next', nextFor('runner', project_id, project_id === null ? MAY_TAKE : sql`${MAY_TAKE} and ${FROM_WAITING}`)),
    part('job', take(on)),
    part('experiment', changeExperiment(on)),
    part('event', NOTE_CLAIM),
  ];
  if (project_id === null) parts.push(part('turn', TURN_TAKEN));
  return on
    .with(...parts)
    .select({
      holds_one: sql<boolean>`exists (select 1 from held)`,
      is_due: sql<boolean>`(select is_due from due)`,
      any_waits: sql<boolean>`exists (select 1 from waiting)`,
      is_locked: sql<boolean>`exists (select 1 from runner)`,
      is_used: sql<boolean>`exists (select 1 from next where attempt > 0)`,
      job_id: sql<string | null>`job.id`,
      attempt: sql<number>`job.attempt`,
      generation: sql<number>`job.generation`,
      timeout_s: sql<number>`job.timeout_s`,
      experiment_id: sql<string | null>`experiment.id`,
      spec: sql<ClaimedJob['spec'] | null>`experiment.spec`,
      schedule: sql<ClaimedJob['schedule'] | null>`experiment.schedule`,
      is_fork: sql<boolean | null>`experiment.is_fork`,
    })
    .from(sql`known left join job on true left join experiment on true`)
    .prepare(project_id === null ? 'claim_shared' : 'claim');
}

const KNOWN = sql`select id, host_id, offer_keys, labels, draining, last_seen_at < ${inSeconds(-SEEN_EVERY_S)} as was_silent
  from ${runners} where session_id = ${GIVEN.session_id} and project_id is not distinct from ${GIVEN.project_id}::text`;

const HELD = sql`select 1 from ${jobs} where ${jobs.runner_id} = (select id from known) and ${isLive(jobs.state)}`;

/**
 * Where work waits, leases that have lapsed within the last two seconds are left to who ticks: else each of many claims would read
 * all jobs that runners hold. Whoever would go away empty looks.
 */
const DUE = sql`select ${IS_OVERDUE} or (not exists (select 1 from waiting) and ${HAS_LAPSED}) as is_due`;

const GO = sql`select exists (select 1 from waiting) and not exists (select 1 from held) and not (select is_due from due) as may_take`;
const MAY_TAKE = sql`(select may_take from go)`;
/** Of one project's queue `waiting` has found the first: what has gone before it leaves entries in the index, which need not be read twice. */
const FROM_WAITING = sql`${jobs.created_at} >= (select created_at from waiting)`;

/** Only where there is something to take: of fifty runners that a bell wakes one waits for a lock. */
const LOCK_RUNNER = sql`select id, host_id, offer_keys, labels from ${runners}
  where id = (select id from known) and session_id = ${GIVEN.session_id} and ${MAY_TAKE} for no key update`;

/** A sign of life, where the last one is old. */
const TOUCH_RUNNER = sql`update ${runners} set last_seen_at = now() from known where ${runners.id} = known.id and known.was_silent`;

/** First attempt, first generation, nothing stored: what a job that was claimed before needs is more than this. */
function take(on: Db) {
  return on
    .update(jobs)
    .set({
      ...NEXT_ATTEMPT,
      state: 'claimed',
      runner_id: sql`(select id from runner)`,
      host_id: sql`(select host_id from runner)`,
      lease_id: sql`${GIVEN.lease_id}`,
      lease_expires_at: inSeconds(CLAIM_START_S),
      claim_key: sql`${GIVEN.claim_key}`,
    })
    .from(sql`next`)
    .where(sql`${jobs.id} = next.id and next.attempt = 0`)
    .returning({
      id: jobs.id,
      experiment_id: jobs.experiment_id,
      project_id: jobs.project_id,
      runner_id: jobs.runner_id,
      attempt: jobs.attempt,
      generation: jobs.generation,
      timeout_s: jobs.timeout_s,
    })
    .getSQL();
}

function changeExperiment(on: Db) {
  return on
    .update(experiments)
    .set({ version: sql`${experiments.version} + 1`, events_count: sql`${experiments.events_count} + 1` })
    .from(sql`job`)
    .where(sql`${experiments.id} = job.experiment_id`)
    .returning({
      id: experiments.id,
      seq: experiments.events_count,
      spec: experiments.spec,
      schedule: experiments.schedule,
      is_fork: OF_A_FORK.as('is_fork'),
    })
    .getSQL();
}

const NOTE_CLAIM = sql`insert into ${events} (experiment_id, seq, type, data)
  select experiment.id, experiment.events_count, 'claimed',
    jsonb_build_object('runner_id', job.runner_id, 'attempt', job.attempt, 'generation', job.generation)
  from experiment, job`;
