import { and, eq, isNotNull, lt, notExists, or, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import { type JobState, hasEnded } from '../core/job.ts';
import type { Db, Tx } from './client.ts';
import { inSeconds, now } from './clock.ts';
import { changeExperiment } from './experiment-change.ts';
import { CLAIM_START_S, LEASE_S } from './lease-terms.ts';
import { type JobRow, jobs } from './schema/jobs.ts';
import { runners } from './schema/runners.ts';
import { isLive } from './schema/states.ts';

/** By what a runner writes: the job and the lease that it got with it. */
export interface LeaseRef {
  readonly job_id: string;
  readonly lease_id: string;
}

/** `lease-lost`: another claim has the job. `job-gone`: it has ended, or is no more. */
export type LeaseRefusal = 'lease-lost' | 'job-gone';
export type LeaseAnswer = 'running' | 'canceling' | LeaseRefusal;

export type Leased = { readonly job: JobRow } | { readonly refusal: LeaseRefusal };

/** Until when a lease runs that is renewed now: never past the deadline. A claim has only the time it is given to start. */
export const RENEWED = sql<Date>`case when ${jobs.attempt_started_at} is null then ${inSeconds(CLAIM_START_S)} else least(${inSeconds(LEASE_S)}, ${jobs.deadline_at}) end`;

/** The same for a job that is held: an unstarted claim is not kept alive by anything but its start. */
export const KEPT = sql<Date>`case when ${jobs.attempt_started_at} is null then ${jobs.lease_expires_at} else ${RENEWED} end`;

/** A runner's sign of life is written this often: a claim that finds nothing would else be a write, a trial one more. */
export const SEEN_EVERY_S = 5;

/**
 * The first statement of a transaction under a lease: locks the job and renews the lease. A lease that lapsed while nobody else
 * claimed the job is revived. Lock order everywhere: hook, its delivery, pull request, runner, service clock, job, project, experiment.
 */
export async function renewLease(tx: Tx, lease: LeaseRef): Promise<Leased> {
  await touchRunner(tx, lease);
  const before = await lockLeased(tx, lease);
  if ('refusal' in before) return before;
  const other = alias(jobs, 'other');
  const othersOfRunner = tx
    .select({ id: other.id })
    .from(other)
    .where(and(eq(other.runner_id, jobs.runner_id), isLive(other.state)));
  const revivable = and(eq(jobs.state, 'queued'), isNotNull(jobs.runner_id), notExists(othersOfRunner));
  const [job] = await tx
    .update(jobs)
    .set({
      state: sql<JobState>`case when ${jobs.state} <> 'queued' then ${jobs.state} when ${jobs.attempt_started_at} is null then 'claimed' else 'running' end`,
      lease_expires_at: sql`coalesce(${KEPT}, ${RENEWED})`,
    })
    .where(and(holds(lease), or(isLive(jobs.state), revivable)))
    .returning();
  if (!job) return { refusal: 'lease-lost' };
  if (before.job.state === 'queued') {
    const data = { attempt: job.attempt, generation: job.generation };
    await changeExperiment(tx, job.experiment_id, {}, { type: 'lease-revived', data });
  }
  return { job };
}

/** The job under that lease, locked, whatever its state but ended. */
export async function lockLeased(tx: Tx, lease: LeaseRef): Promise<Leased> {
  const [job] = await tx.select().from(jobs).where(eq(jobs.id, lease.job_id)).for('update');
  if (!job || hasEnded(job.state)) return { refusal: 'job-gone' };
  return job.lease_id === lease.lease_id ? { job } : { refusal: 'lease-lost' };
}

/** The fence, in the WHERE clause of each write under a lease. */
export function holds({ job_id, lease_id }: LeaseRef) {
  return and(eq(jobs.id, job_id), eq(jobs.lease_id, lease_id));
}

/**
 * For writes that are one statement, which beats and trials are: in its WITH the runner's sign of life, if the last is old, and
 * `isHeld` in the WHERE of what locks the job. It is false where `renewLease` must look closer.
 */
export function signOfLife(on: Db, lease: LeaseRef) {
  const holder = on.select({ id: jobs.runner_id }).from(jobs).where(holds(lease));
  const touched = on
    .update(runners)
    .set({ last_seen_at: now() })
    .where(and(eq(runners.id, sql`(${holder})`), lt(runners.last_seen_at, inSeconds(-SEEN_EVERY_S))))
    .returning({ id: runners.id });
  return on.$with('touched', {}).as(touched.getSQL());
}

/** A runner holds the job under that lease. Whatever `touched` says, it is waited for: the runner is locked before the job. */
export function isHeld(lease: LeaseRef) {
  return and(holds(lease), isLive(jobs.state), sql`(select count(*) from touched) >= 0`);
}

async function touchRunner(tx: Tx, lease: LeaseRef): Promise<void> {
  const holder = tx.select({ id: jobs.runner_id }).from(jobs).where(holds(lease));
  await tx
    .update(runners)
    .set({ last_seen_at: now() })
    .where(eq(runners.id, sql`(${holder})`));
}

export function answerOf(job: Pick<JobRow, 'state'>): 'running' | 'canceling' {
  return job.state === 'canceling' ? 'canceling' : 'running';
}
