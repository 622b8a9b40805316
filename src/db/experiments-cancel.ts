import { and, eq } from 'drizzle-orm';
import { hasEnded } from '../core/job.ts';
import type { Db, Tx } from './client.ts';
import { now } from './clock.ts';
import { changeExperiment, endJob } from './experiment-change.ts';
import { type JobRow, jobs } from './schema/jobs.ts';

export type CancelAnswer = 'canceled' | 'canceling' | 'ended' | 'not-found';

/**
 * A waiting job is canceled at once (`canceled`); one that a runner holds is asked to stop (`canceling`, also when asked again).
 * `ended`: nothing to do.
 */
export async function requestCancel(db: Db, project_id: string, id: string): Promise<CancelAnswer> {
  return db.transaction((tx) => cancelWithin(tx, project_id, id, {}));
}

/** The same inside a transaction; `why` goes into the event. Locks the job, then the experiment. */
export async function cancelWithin(
  tx: Tx,
  project_id: string,
  id: string,
  why: Readonly<Record<string, unknown>>,
): Promise<CancelAnswer> {
  const [job] = await tx
    .select()
    .from(jobs)
    .where(and(eq(jobs.project_id, project_id), eq(jobs.experiment_id, id)))
    .for('update');
  if (!job) return 'not-found';
  if (hasEnded(job.state)) return 'ended';
  if (job.state === 'canceling') return 'canceling';
  await noteRequest(tx, job, why);
  if (job.state === 'queued') {
    await endJob(tx, job, { status: 'canceled', reason: 'canceled' });
    return 'canceled';
  }
  await tx.update(jobs).set({ state: 'canceling' }).where(eq(jobs.id, job.id));
  return 'canceling';
}

async function noteRequest(tx: Tx, job: JobRow, why: Readonly<Record<string, unknown>>): Promise<void> {
  const set = { cancel_requested_at: now() };
  await changeExperiment(tx, job.experiment_id, set, { type: 'cancel-requested', data: { ...why } });
}
