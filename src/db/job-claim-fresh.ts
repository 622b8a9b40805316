import { type Placeholder, type SQL, sql } from 'drizzle-orm';
import type { ClaimedJob } from '../core/runner-protocol.ts';
import { builtOnce } from './built-once.ts';
import type { Db } from './client.ts';
import { inSeconds } from './clock.ts';
import { violates } from './constraint.ts';
import { HAS_LAPSED, IS_OVERDUE } from './expiry.ts';
import { NEXT_ATTEMPT } from './job-attempts.ts';
import { SEEN_EVERY_S } from './job-lease.ts';
import { TURN_TAKEN, firstFor, nextFor } from './job-queue.ts';
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
  /** Not for this statement: the runner holds a job, time has work to do, or the next job was claimed before. */
  | { readonly kind: 'look-closer' }
  /** Asked together with what it could not be answered with: to be asked again by itself. */
  | { readonly kind: 'ask-alone' };

export interface Answered {
  readonly answer: FreshClaim;
  /** Alike for runners that may be given the same jobs, and the same for as long as the session lasts; null: not told. */
  readonly reach_key: string | null;
}

/** What one statement may be asked for: it holds the locks of all its runners and jobs. */
export const MAX_TOGETHER = 32;

/**
 * The claim as it nearly always is, for one runner or for several of a project at once, in one statement: runners that hold nothing
 * are given jobs that nobody has had, the oldest first, or learn that there is none; with an empty queue that writes nothing. Asked
 * together are different sessions, at most `MAX_TOGETHER`; those of shared runners one at a time, since each ends a project's turn.
 * Answers stand in the order of the claims.
 *
 * All of a statement reads one snapshot, and a runner may have been given a job since; the unique index sees that.
 */
export async function claimFresh(on: Db, claims: readonly [Claim, ...Claim[]]): Promise<Answered[]> {
  try {
    const rows = await ask(on, claims);
    const answers = rows.map((row) => ({ answer: judge(row, claims[row.n] as Claim), reach_key: row.reach_key }));
    if (answers.length !== claims.length)
      throw new Error(`${claims.length} claims were answered by ${answers.length} rows`);
    return answers;
  } catch (error) {
    if (!violates(error, 'jobs_one_live_per_runner')) throw error;
    // Of several it is one that holds a job by now: the others need not look closer.
    return claims.map(() => ({ answer: { kind: claims.length > 1 ? 'ask-alone' : 'look-closer' }, reach_key: null }));
  }
}

/** Asks for one runner. */
export async function claimAlone(on: Db, claim: Claim): Promise<FreshClaim> {
  const [answered] = await claimFresh(on, [claim]);
  if (!answered) throw new Error('a claim without an answer');
  return answered.answer;
}

type Row = Awaited<ReturnType<typeof ask>>[number];

function judge(row: Row, { lease_id }: Claim): FreshClaim {
  if (!row.is_known) return { kind: 'superseded' };
  if (row.job_id !== null) return { kind: 'job', job: jobOf(row, row.job_id, lease_id) };
  if (row.holds_one || row.is_due || row.is_used) return { kind: 'look-closer' };
  if (row.draining) return { kind: 'none' };
  if (!row.is_alike) return { kind: 'ask-alone' };
  // With work waiting the runner is locked; when it was not, another has locked it, or a newer session has opened since.
  return { kind: row.any_waits && !row.is_locked ? 'look-closer' : 'none' };
}

function jobOf(row: Row, job_id: string, lease_id: string): ClaimedJob {
  const { experiment_id, spec, schedule, attempt, generation, timeout_s: deadline_in_s, is_fork } = row;
  if (experiment_id === null || spec === null || schedule === null)
    throw new Error(`job ${job_id} without its experiment`);
  return {
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
}

/** What is put into the statement each time. The claims are one value: a statement for each number of them would be planned each. */
const GIVEN = { project_id: sql.placeholder('project_id'), claims: sql.placeholder('claims') };

const forOwn = builtOnce((on) => build(on, GIVEN.project_id));
const forShared = builtOnce((on) => build(on, null));

async function ask(on: Db, claims: readonly [Claim, ...Claim[]]) {
  const [{ project_id }] = claims;
  const statement = project_id === null ? forShared(on) : forOwn(on);
  const asked = claims.map(({ session_id, claim_key, lease_id }, n) => ({ n, session_id, claim_key, lease_id }));
  return statement.execute({ project_id, claims: JSON.stringify(asked) });
}

/** The head of a pull request of another repository: its runner is told that nobody of the project has written it. */
export const OF_A_FORK = sql<boolean>`coalesce((${experiments.origin} ->> 'fork')::boolean, false)`;

/**
 * Runners, jobs, experiments: each are locked by a part that reads the one before. What is read of a large table is named by
 * `= any(array(…))`: the planner, which does not know how few rows a part has, then takes the index all the same.
 */
function build(on: Db, project_id: Placeholder | null) {
  const part = (name: string, statement: SQL) => on.$with(name, {}).as(statement);
  const parts = [
    part('asked', ASKED),
    part('known', project_id === null ? known(sql`is null`) : known(sql`= ${project_id}`)),
    part('reach', REACH),
    part('waiting', firstFor('reach', project_id)),
    part('due', DUE),
    part('go', GO),
    part('locked', LOCK_RUNNERS),
    part('touched', TOUCH_RUNNERS),
    part('runner', RUNNERS_THAT_TAKE),
    part('next', nextFor('reach', project_id, { ...AS_MANY_AS_TAKE, ...(project_id !== null && FROM_WAITING) })),
    part('pair', PAIRS),
    part('job', take(on)),
    part('experiment', changeExperiments(on)),
    part('event', NOTE_CLAIMS),
  ];
  if (project_id === null) parts.push(part('turn', TURN_TAKEN));
  return on
    .with(...parts)
    .select({
      n: sql<number>`asked.n`,
      is_known: sql<boolean>`known.id is not null`,
      reach_key: sql<string | null>`known.reach_key`,
      holds_one: sql<boolean>`known.holds_one`,
      draining: sql<boolean>`known.draining`,
      is_alike: sql<boolean>`exists (select 1 from reach where ${IS_ALIKE})`,
      is_due: sql<boolean>`(select is_due from due)`,
      any_waits: sql<boolean>`exists (select 1 from waiting)`,
      is_locked: sql<boolean>`exists (select 1 from runner where runner.id = known.id)`,
      is_used: sql<boolean>`coalesce(pair.attempt > 0, false)`,
      job_id: sql<string | null>`job.id`,
      attempt: sql<number>`job.attempt`,
      generation: sql<number>`job.generation`,
      timeout_s: sql<number>`job.timeout_s`,
      experiment_id: sql<string | null>`experiment.id`,
      spec: sql<ClaimedJob['spec'] | null>`experiment.spec`,
      schedule: sql<ClaimedJob['schedule'] | null>`experiment.schedule`,
      is_fork: sql<boolean | null>`experiment.is_fork`,
    })
    .from(
      sql`asked left join known on known.n = asked.n left join pair on pair.n = asked.n
        left join job on job.id = pair.job_id left join experiment on experiment.id = job.experiment_id`,
    )
    .orderBy(sql`asked.n`)
    .prepare(project_id === null ? 'claim_shared' : 'claim');
}

const ASKED = sql`select * from jsonb_to_recordset(${GIVEN.claims}::text::jsonb) as claims (n int, session_id text, claim_key text, lease_id text)`;

/**
 * The runners of those sessions. One at a time by the index of sessions, and what each holds by that of live jobs (`offset 0`). The
 * reach key is of what `isFor` reads: what a runner offers, in whatever order, and its labels.
 */
function known(ofProject: SQL): SQL {
  return sql`select asked.*, said.* from asked cross join lateral (
    select id, host_id, offer_keys, labels, draining, last_seen_at < ${inSeconds(-SEEN_EVERY_S)} as was_silent,
      md5(array_to_string(array(select key from unnest(offer_keys) as key order by key), ' ') || labels::text) as reach_key,
      coalesce((select true from ${jobs} where ${jobs.runner_id} = ${runners.id} and ${isLive(jobs.state)}), false) as holds_one
    from ${runners} where ${runners.session_id} = asked.session_id and ${runners.project_id} ${ofProject} offset 0) as said`;
}

/** What jobs are looked for: those of the first runner that may be given one. */
const REACH = sql`select offer_keys, labels, reach_key from known where not holds_one and not draining order by n limit 1`;
const IS_ALIKE = sql`not known.holds_one and not known.draining and known.reach_key = reach.reach_key`;

const DUE = sql`select ${IS_OVERDUE} or ${HAS_LAPSED} as is_due`;

const GO = sql`select exists (select 1 from waiting) and not (select is_due from due) as may_take`;

/**
 * Only where there is something to take, or for a sign of life where the last one is old. One that another has locked is passed over
 * and looked at more closely: the others of the statement do not wait for it, and no two statements wait for each other.
 */
const LOCK_RUNNERS = sql`select id, host_id, session_id from ${runners}
  where id = any(array(select known.id from known, reach where ${IS_ALIKE} and (select may_take from go)
    union all select id from known where was_silent))
  order by id for no key update skip locked`;

const TOUCH_RUNNERS = sql`update ${runners} set last_seen_at = now()
  where ${runners.id} = any(array(select locked.id from locked join known on known.id = locked.id and known.was_silent))`;

/** Those whose session is still the newest under the lock, in the order of the claims. */
const RUNNERS_THAT_TAKE = sql`select locked.id, locked.host_id, known.n, known.claim_key, known.lease_id,
    row_number() over (order by known.n) as place
  from locked join known on known.id = locked.id and known.session_id = locked.session_id, reach
  where ${IS_ALIKE} and (select may_take from go)`;

const AS_MANY_AS_TAKE = { atMost: { count: sql`(select count(*) from runner)`, most: MAX_TOGETHER } };
/** Of one project's queue `waiting` has found the first: what has gone before it leaves entries in the index, which need not be read twice. */
const FROM_WAITING = { when: sql`${jobs.created_at} >= (select created_at from waiting)` };

const PAIRS = sql`select runner.*, queued.id as job_id, queued.attempt
  from (select id, attempt, row_number() over (order by created_at, id) as place from next) as queued join runner on runner.place = queued.place`;

/** First attempt, first generation, nothing stored: what a job that was claimed before needs is more than this. */
function take(on: Db) {
  return on
    .update(jobs)
    .set({
      ...NEXT_ATTEMPT,
      state: 'claimed',
      runner_id: sql`pair.id`,
      host_id: sql`pair.host_id`,
      lease_id: sql`pair.lease_id`,
      lease_expires_at: inSeconds(CLAIM_START_S),
      claim_key: sql`pair.claim_key`,
    })
    .from(sql`pair`)
    .where(
      sql`${jobs.id} = pair.job_id and pair.attempt = 0 and ${jobs.id} = any(array(select job_id from pair where attempt = 0))`,
    )
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

function changeExperiments(on: Db) {
  return on
    .update(experiments)
    .set({ version: sql`${experiments.version} + 1`, events_count: sql`${experiments.events_count} + 1` })
    .where(sql`${experiments.id} = any(array(select experiment_id from job))`)
    .returning({
      id: experiments.id,
      seq: experiments.events_count,
      spec: experiments.spec,
      schedule: experiments.schedule,
      is_fork: OF_A_FORK.as('is_fork'),
    })
    .getSQL();
}

const NOTE_CLAIMS = sql`insert into ${events} (experiment_id, seq, type, data)
  select experiment.id, experiment.events_count, 'claimed',
    jsonb_build_object('runner_id', job.runner_id, 'attempt', job.attempt, 'generation', job.generation)
  from experiment join job on job.experiment_id = experiment.id`;
