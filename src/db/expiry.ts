import { and, eq, gt, isNull, or, sql } from 'drizzle-orm';
import type { EndReason, Outcome } from '../core/job.ts';
import type { Db, Tx } from './client.ts';
import { inSeconds, now } from './clock.ts';
import { type End, changeExperiment, endJob } from './experiment-change.ts';
import { isExhausted } from './job-attempts.ts';
import { RENEWED } from './job-lease.ts';
import { LEASE_S, SCALED_GAP_S } from './lease-terms.ts';
import { type JobRow, jobs } from './schema/jobs.ts';
import { serviceClock } from './schema/service-clock.ts';
import { isLive } from './schema/states.ts';

/** What time did to a job. `queued`: its runner went silent, it waits for the next. */
export interface Expired {
  readonly job_id: string;
  readonly project_id: string;
  readonly experiment_id: string;
  readonly status: 'queued' | Outcome;
  readonly reason: EndReason | null;
}

/** Bounds one transaction; what is left is due a second later. */
const MAX_PER_TICK = 100;
/** Half a tick: the clock is written once a second by the one that ticks, and not again by those who look in between. */
const WRITE_EVERY_S = 0.5;
/** Two ticks: where something ticks, claims leave deadlines and queue timeouts to it; where nothing does, they see to them themselves. */
const LOOK_EVERY_S = 2;

/** Whether nobody has looked for a while at what time does, or the clock was set back since: a claim must then see to it before it takes a job. */
export const IS_OVERDUE = sql<boolean>`exists (select 1 from ${serviceClock}
  where ${serviceClock.service_seen_at} not between ${inSeconds(-LOOK_EVERY_S)} and ${inSeconds(LOOK_EVERY_S)})`;

/**
 * Whether a lease has lapsed. Reads all jobs that runners hold, and none that wait; those are looked at with the rest, and a claim
 * does not take one whose time is over.
 */
export const HAS_LAPSED = sql<boolean>`(select coalesce(bool_or(${jobs.lease_expires_at} <= now()), false) from ${jobs} where ${isLive(jobs.state)})`;

/** Leases, unstarted claims, deadlines, queue timeouts. Called each second, and by a claim that finds `IS_OVERDUE` or `HAS_LAPSED`. */
export async function expire(db: Db): Promise<Expired[]> {
  return db.transaction((tx) => expireDue(tx));
}

/** The same inside a claim. Whoever does not get the clock's lock leaves the work to the one who has it. */
export async function expireDue(tx: Tx): Promise<Expired[]> {
  const seen = serviceClock.service_seen_at;
  const [clock] = await tx
    .select({
      is_old: sql<boolean>`${seen} < ${inSeconds(-WRITE_EVERY_S)}`,
      was_away: sql<boolean>`${seen} < ${inSeconds(sql`-${SCALED_GAP_S}`)}`,
      was_set_back: sql<boolean>`${seen} > ${inSeconds(LOOK_EVERY_S)}`,
    })
    .from(serviceClock)
    .for('update', { skipLocked: true });
  if (!clock) return [];
  if (clock.is_old || clock.was_set_back) {
    await tx.update(serviceClock).set({ service_seen_at: now(), ...(clock.was_away && { back_at: now() }) });
  }
  if (clock.was_away) await renewAll(tx);
  if (clock.was_set_back) await shortenAll(tx);
  const expired: Expired[] = [];
  for (const due of await lockDue(tx)) expired.push(await settle(tx, due));
  return expired;
}

/** One fresh lease for whoever holds a job, but where the deadline has passed: that job is settled next, and written once (`requeue`). */
async function renewAll(tx: Tx): Promise<void> {
  const goesOn = sql`coalesce(${jobs.deadline_at} > now(), true)`;
  await tx
    .update(jobs)
    .set({ lease_expires_at: RENEWED })
    .where(and(isLive(jobs.state), goesOn));
}

/** The database's clock was set back: leases of runners that have gone since would last as much longer. None lasts more than one lease. */
async function shortenAll(tx: Tx): Promise<void> {
  const most = inSeconds(LEASE_S);
  await tx
    .update(jobs)
    .set({ lease_expires_at: most })
    .where(and(isLive(jobs.state), gt(jobs.lease_expires_at, most)));
}

interface Due {
  readonly job: JobRow;
  readonly past_deadline: boolean;
  readonly waited_too_long: boolean;
}

/** Locks what is due; a job that a runner is writing to right now is skipped, and looked at again a second later. */
async function lockDue(tx: Tx): Promise<Due[]> {
  const past_deadline = sql<boolean>`coalesce(${jobs.deadline_at} <= now(), false)`;
  const waited_too_long = sql<boolean>`(${jobs.state} = 'queued' and ${jobs.queued_at} + make_interval(secs => ${jobs.queue_timeout_s}) <= now())`;
  const lapsed = sql`${jobs.lease_expires_at} <= now()`;
  return tx
    .select({ job: jobs, past_deadline, waited_too_long })
    .from(jobs)
    .where(sql`${isNull(jobs.ended_at)} and (${or(past_deadline, waited_too_long, lapsed)})`)
    .limit(MAX_PER_TICK)
    .for('update', { skipLocked: true });
}

async function settle(tx: Tx, due: Due): Promise<Expired> {
  const { id: job_id, project_id, experiment_id } = due.job;
  const end = endOf(due);
  if (end) await endJob(tx, due.job, end);
  else await requeue(tx, due.job, 'lease-expired');
  return { job_id, project_id, experiment_id, status: end?.status ?? 'queued', reason: end?.reason ?? null };
}

/** How it ends; null: its lease has lapsed, and it may be tried again. */
function endOf({ job, past_deadline, waited_too_long }: Due): End | null {
  if (job.state === 'canceling') return { status: 'canceled', reason: 'canceled' };
  if (past_deadline) return { status: 'failed', reason: 'deadline' };
  if (waited_too_long) return { status: 'failed', reason: 'no-runner' };
  return isExhausted(job) ? { status: 'failed', reason: 'runner-lost' } : null;
}

/**
 * Changes nothing but the state: the lease id stays until the next claim, so that its holder may come back. One that was given back
 * has no lease, and was no fruitless attempt.
 *
 * In one write: Postgres checks the runner of a row that the same transaction writes twice, for which it would lock the runner after
 * the job, while a session that opens has locked it and waits for the job.
 */
export async function requeue(tx: Tx, job: JobRow, why: 'lease-expired' | 'released'): Promise<void> {
  await tx
    .update(jobs)
    .set({
      state: 'queued',
      queued_at: now(),
      lease_expires_at: null,
      ...(why === 'released' && { lease_id: null, attempt_fruitless: false }),
    })
    .where(eq(jobs.id, job.id));
  const data = { why, attempt: job.attempt, started: job.attempt_started_at !== null };
  await changeExperiment(tx, job.experiment_id, { progress: null }, { type: 'requeued', data });
}
