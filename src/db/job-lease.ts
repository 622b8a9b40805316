import { and, eq, isNotNull, notExists, or, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import { type JobState, hasEnded } from '../core/job.ts';
import type { Tx } from './client.ts';
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

/**
 * The first statement of every write of a runner: locks the job for the transaction and renews the lease. A lease that lapsed while
 * nobody else claimed the job is revived. Lock order everywhere: runner, service clock, job, experiment.
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
      // An unstarted claim is not kept alive by anything but its start.
      lease_expires_at: sql`case when ${jobs.attempt_started_at} is null then coalesce(${jobs.lease_expires_at}, ${RENEWED}) else ${RENEWED} end`,
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

async function touchRunner(tx: Tx, lease: LeaseRef): Promise<void> {
  const holder = tx.select({ id: jobs.runner_id }).from(jobs).where(holds(lease));
  await tx
    .update(runners)
    .set({ last_seen_at: now() })
    .where(eq(runners.id, sql`(${holder})`));
}

export function answerOf(job: JobRow): 'running' | 'canceling' {
  return job.state === 'canceling' ? 'canceling' : 'running';
}
