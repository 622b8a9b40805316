import { and, eq } from 'drizzle-orm';
import type { JobStatus, TrialKey } from '../core/runner-protocol.ts';
import type { Db, Tx } from './client.ts';
import { type LeaseRef, type LeaseRefusal, answerOf, renewLease } from './job-lease.ts';
import { type NewTrial, storeTrial } from './job-trial-store.ts';
import type { JobRow } from './schema/jobs.ts';
import { trials } from './schema/trials.ts';
import { type StoredTrialKey, trialsOfGeneration } from './trials.ts';

export type { NewTrial } from './job-trial-store.ts';

export interface TrialAnswer {
  readonly kind: 'stored' | 'same' | 'conflict' | 'unknown-cell' | LeaseRefusal;
  readonly status: JobStatus;
  /** Of the stored trial, with `stored`, `same` and `conflict`. */
  readonly trial_id: string | null;
}

/** Write-once: the first body of a trial stays. `unknown-cell`: the schedule has no such cell in such a block. */
export async function putTrial(db: Db, trial: NewTrial): Promise<TrialAnswer> {
  return (await storeTrial(db, trial)) ?? db.transaction((tx) => putAgain(tx, trial));
}

/** The lease has lapsed or is lost, or the trial was stored before. */
async function putAgain(tx: Tx, trial: NewTrial): Promise<TrialAnswer> {
  const leased = await renewLease(tx, trial);
  if ('refusal' in leased) return { kind: leased.refusal, status: 'lost', trial_id: null };
  const answer = await storeTrial(tx, trial);
  if (answer) return answer;
  const stored = await storedTrial(tx, trial, leased.job);
  const kind = stored.digest === trial.digest ? 'same' : 'conflict';
  return { kind, status: answerOf(leased.job), trial_id: stored.id };
}

/** The trials that the current generation has stored, in the order of the schedule; for the holder of the lease. */
export async function listTrialKeys(
  db: Db,
  lease: LeaseRef,
): Promise<{ kind: 'trials'; trials: StoredTrialKey[] } | { kind: LeaseRefusal }> {
  return db.transaction(async (tx) => {
    const leased = await renewLease(tx, lease);
    if ('refusal' in leased) return { kind: leased.refusal };
    return { kind: 'trials', trials: await trialsOfGeneration(tx, leased.job) };
  });
}

async function storedTrial(
  tx: Tx,
  { cell, block, run }: TrialKey,
  job: JobRow,
): Promise<{ id: string; digest: string }> {
  const [stored] = await tx
    .select({ id: trials.id, digest: trials.digest })
    .from(trials)
    .where(
      and(
        eq(trials.job_id, job.id),
        eq(trials.generation, job.generation),
        eq(trials.cell, cell),
        eq(trials.block, block),
        eq(trials.run, run),
      ),
    );
  if (!stored) throw new Error(`trial ${cell}/${block}/${run} is neither new nor stored`);
  return stored;
}
