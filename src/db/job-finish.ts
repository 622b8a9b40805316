import { eq } from 'drizzle-orm';
import { AppError } from '../core/errors.ts';
import { END_REASONS, type EndReason, type Outcome, hasEnded } from '../core/job.ts';
import type { Db, Tx } from './client.ts';
import { type End, endJob } from './experiment-change.ts';
import { type LeaseRef, type LeaseRefusal, answerOf, renewLease } from './job-lease.ts';
import { missingTrials, scheduleOf } from './job-schedule.ts';
import { type JobRow, jobs } from './schema/jobs.ts';
import { trialsOfGeneration } from './trials.ts';

export interface Finish extends LeaseRef {
  readonly outcome: Outcome;
  /** With `failed` one of the reasons other than `canceled`; with the other outcomes it says nothing. */
  readonly reason: EndReason | null;
}

export type FinishAnswer =
  | {
      readonly kind: 'finished';
      readonly project_id: string;
      readonly experiment_id: string;
      readonly status: Outcome;
      readonly reason: EndReason | null;
    }
  | {
      readonly kind: 'trials-missing';
      readonly missing: { readonly cell: string; readonly block: number }[];
      readonly job_status: 'running' | 'canceling';
    }
  | { readonly kind: LeaseRefusal };

/**
 * Ends job and experiment; again: the same answer. `succeeded` needs every trial of run 1, and at least one of all that is ok
 * (else it is failed: no-ok-trial); only such a success wins over a pending cancel. Results are computed afterwards and kept by `storeResults`.
 * Errors: `invalid-request` for `failed` without its reason.
 */
export async function finishJob(db: Db, finish: Finish): Promise<FinishAnswer> {
  const wanted = endFrom(finish);
  return db.transaction(async (tx): Promise<FinishAnswer> => {
    const leased = await renewLease(tx, finish);
    if ('refusal' in leased) return (await earlierFinish(tx, finish, wanted)) ?? { kind: leased.refusal };
    const { job } = leased;
    const stored = await trialsOfGeneration(tx, job);
    if (wanted.status === 'succeeded') {
      const missing = missingTrials(stored, await scheduleOf(tx, job));
      if (missing.length > 0) return { kind: 'trials-missing', missing, job_status: answerOf(job) };
    }
    const noneOk = wanted.status === 'succeeded' && !stored.some((trial) => trial.state === 'ok');
    const reached: End = noneOk ? { status: 'failed', reason: 'no-ok-trial' } : wanted;
    const end = job.state === 'canceling' && reached.status === 'failed' ? CANCELED : reached;
    await endJob(tx, job, end);
    return finished(job, end);
  });
}

const CANCELED: End = { status: 'canceled', reason: 'canceled' };

function endFrom({ outcome, reason }: Finish): End {
  if (outcome === 'canceled') return CANCELED;
  if (outcome === 'succeeded') return { status: 'succeeded', reason: null };
  if (reason !== null && reason !== 'canceled') return { status: 'failed', reason };
  const detail = `expected one of ${END_REASONS.filter((r) => r !== 'canceled').join(', ')} with outcome "failed", got ${JSON.stringify(reason)}`;
  throw new AppError('invalid-request', detail, { problems: [{ pointer: '/reason', detail }] });
}

/** The same finish under the same lease, whose answer was lost: the job has ended that way already, or as the cancel made of it. */
async function earlierFinish(tx: Tx, finish: Finish, wanted: End): Promise<FinishAnswer | null> {
  const [job] = await tx.select().from(jobs).where(eq(jobs.id, finish.job_id));
  if (!job || job.lease_id !== finish.lease_id || !hasEnded(job.state)) return null;
  const end: End = { status: job.state as Outcome, reason: job.reason };
  const noneOk = wanted.status === 'succeeded' && end.reason === 'no-ok-trial';
  const same = end.status === wanted.status || end.status === 'canceled' || noneOk;
  return same ? finished(job, end) : null;
}

function finished({ project_id, experiment_id }: JobRow, { status, reason }: End): FinishAnswer {
  return { kind: 'finished', project_id, experiment_id, status, reason };
}
