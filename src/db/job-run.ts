import { and, eq, sql } from 'drizzle-orm';
import type { Progress } from '../core/runner-protocol.ts';
import type { Db, Tx } from './client.ts';
import { inSeconds, now } from './clock.ts';
import { changeExperiment, endJob } from './experiment-change.ts';
import { requeue } from './expiry.ts';
import { MAX_CLAIMS } from './job-attempts.ts';
import {
  KEPT,
  type LeaseAnswer,
  type LeaseRef,
  type LeaseRefusal,
  answerOf,
  holds,
  isHeld,
  lockLeased,
  renewLease,
  signOfLife,
} from './job-lease.ts';
import { LEASE_S } from './lease-terms.ts';
import { noteOutbound } from './outbox.ts';
import { experiments } from './schema/experiments.ts';
import { type JobRow, jobs } from './schema/jobs.ts';
import { runners } from './schema/runners.ts';

/** claimed → running; again: the same answer. The first start sets the deadline. */
export async function startJob(db: Db, lease: LeaseRef): Promise<LeaseAnswer> {
  return db.transaction(async (tx) => {
    const leased = await renewLease(tx, lease);
    if ('refusal' in leased) return leased.refusal;
    if (leased.job.state === 'claimed') await begin(tx, leased.job, lease);
    return answerOf(leased.job);
  });
}

async function begin(tx: Tx, job: JobRow, lease: LeaseRef): Promise<void> {
  const deadline = sql<Date>`coalesce(${jobs.deadline_at}, ${inSeconds(jobs.timeout_s)})`;
  await tx
    .update(jobs)
    .set({
      state: 'running',
      attempt_started_at: now(),
      started_at: sql`coalesce(${jobs.started_at}, now())`,
      deadline_at: deadline,
      lease_expires_at: sql`least(${inSeconds(LEASE_S)}, ${deadline})`,
    })
    .where(and(holds(lease), eq(jobs.state, 'claimed')));
  const set = {
    status: 'running' as const,
    started_at: sql`coalesce(${experiments.started_at}, now())`,
    ...(await hostOf(tx, job)),
  };
  const data = { runner_id: job.runner_id, attempt: job.attempt, generation: job.generation };
  await changeExperiment(tx, job.experiment_id, set, { type: 'started', data });
  // Started again by another attempt, it is the same run to whoever is told.
  if (job.started_at !== null) return;
  const { project_id, experiment_id } = job;
  await noteOutbound(tx, { project_id, type: 'experiment.started', experiment_id, data: {} });
}

/** The runner changes its mind with each session; the experiment keeps what held when it was measured. */
async function hostOf(tx: Tx, job: JobRow) {
  const [row] = await tx
    .select({
      fingerprint: runners.fingerprint,
      digest: runners.fingerprint_digest,
      offers: runners.targets,
      spec: experiments.spec,
    })
    .from(jobs)
    .innerJoin(runners, eq(runners.id, jobs.runner_id))
    .innerJoin(experiments, eq(experiments.id, jobs.experiment_id))
    .where(eq(jobs.id, job.id));
  if (!row) throw new Error(`job ${job.id} is started by no runner`);
  const deployed = new Set(row.spec.deployments.map((deployment) => deployment.target));
  return {
    host: { fingerprint: row.fingerprint, digest: row.digest },
    targets: row.offers.filter((offer) => deployed.has(offer.target)),
  };
}

interface Beat extends LeaseRef {
  readonly progress: Progress;
}

/** Extends the lease, never past the deadline. `progress` replaces the last one; only a change is something to see. */
export async function heartbeat(db: Db, beat: Beat): Promise<LeaseAnswer> {
  const answer = await beatHeld(db, beat);
  if (answer !== null) return answer;
  return db.transaction(async (tx) => {
    const leased = await renewLease(tx, beat);
    if ('refusal' in leased) return leased.refusal;
    return (await beatHeld(tx, beat)) ?? answerOf(leased.job);
  });
}

/** All of a beat in one statement; null, and nothing done: no runner holds the job under that lease. */
async function beatHeld(db: Db, beat: Beat): Promise<'running' | 'canceling' | null> {
  const held = db
    .update(jobs)
    .set({ lease_expires_at: KEPT })
    .where(isHeld(beat))
    .returning({ experiment_id: jobs.experiment_id, state: jobs.state });
  const changed = sql`${experiments.progress} is distinct from ${JSON.stringify(beat.progress)}::jsonb`;
  const told = db
    .update(experiments)
    .set({ progress: beat.progress, version: sql`${experiments.version} + 1` })
    .from(sql`held`)
    .where(and(sql`${experiments.id} = held.experiment_id`, eq(experiments.status, 'running'), changed));
  const [job] = await db
    .with(signOfLife(db, beat), db.$with('held', {}).as(held.getSQL()), db.$with('told', {}).as(told.getSQL()))
    .select({ state: sql<JobRow['state']>`state` })
    .from(sql`held`);
  return job ? answerOf(job) : null;
}

/** Back to the queue (or to its end, when it was being canceled or has been claimed too often). A choice, so not a fruitless attempt. */
export async function releaseJob(db: Db, lease: LeaseRef): Promise<'released' | LeaseRefusal> {
  return db.transaction(async (tx) => {
    const leased = await lockLeased(tx, lease);
    if ('refusal' in leased) return leased.refusal;
    const { job } = leased;
    if (job.state === 'canceling') await endJob(tx, job, { status: 'canceled', reason: 'canceled' });
    else if (job.attempt >= MAX_CLAIMS) await endJob(tx, job, { status: 'failed', reason: 'runner-lost' });
    else await requeue(tx, job, 'released');
    return 'released';
  });
}
