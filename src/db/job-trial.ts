import { and, eq, sql } from 'drizzle-orm';
import type { JobStatus, TrialKey } from '../core/runner-protocol.ts';
import type { TrialResult } from '../core/trial-result.ts';
import type { Db, Tx } from './client.ts';
import { changeExperiment } from './experiment-change.ts';
import { type LeaseRef, type LeaseRefusal, answerOf, holds, renewLease } from './job-lease.ts';
import { positionOf, scheduleOf } from './job-schedule.ts';
import { experiments } from './schema/experiments.ts';
import { type JobRow, jobs } from './schema/jobs.ts';
import { trials } from './schema/trials.ts';
import { type StoredTrialKey, trialsOfGeneration } from './trials.ts';

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

export interface TrialAnswer {
  readonly kind: 'stored' | 'same' | 'conflict' | 'unknown-cell' | LeaseRefusal;
  readonly status: JobStatus;
  /** Of the stored trial, with `stored`, `same` and `conflict`. */
  readonly trial_id: string | null;
}

/** Write-once: the first body of a trial stays. `unknown-cell`: the schedule has no such cell in such a block. */
export async function putTrial(db: Db, trial: NewTrial): Promise<TrialAnswer> {
  return db.transaction(async (tx): Promise<TrialAnswer> => {
    const leased = await renewLease(tx, trial);
    if ('refusal' in leased) return { kind: leased.refusal, status: 'lost', trial_id: null };
    const { job } = leased;
    const status = answerOf(job);
    const position = positionOf(trial, await scheduleOf(tx, job));
    if (position === null) return { kind: 'unknown-cell', status, trial_id: null };
    if (await insertOnce(tx, trial, job, position)) {
      await noteTrial(tx, trial, job);
      return { kind: 'stored', status, trial_id: trial.trial_id };
    }
    const stored = await storedTrial(tx, trial, job);
    return { kind: stored.digest === trial.digest ? 'same' : 'conflict', status, trial_id: stored.id };
  });
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

/** True: the trial was new. */
async function insertOnce(tx: Tx, trial: NewTrial, job: JobRow, position: number): Promise<boolean> {
  const { trial_id: id, cell, block, run, state, digest, body, summary, summary_version } = trial;
  const { id: job_id, experiment_id, generation, attempt } = job;
  const inserted = await tx
    .insert(trials)
    .values({
      id,
      experiment_id,
      job_id,
      generation,
      attempt,
      cell,
      block,
      run,
      position,
      state,
      digest,
      body,
      summary,
      summary_version,
    })
    .onConflictDoNothing({ target: [trials.job_id, trials.generation, trials.cell, trials.block, trials.run] })
    .returning({ id: trials.id });
  return inserted.length > 0;
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

/** The first new trial makes the attempt a fruitful one. A rerun is no progress: the trial that it repeats was counted. */
async function noteTrial(tx: Tx, trial: NewTrial, job: JobRow): Promise<void> {
  await tx.update(jobs).set({ attempt_fruitless: false }).where(holds(trial));
  const { trial_id, cell, block, run, state } = trial;
  const set = { trials_done: sql`${experiments.trials_done} + ${run === 1 ? 1 : 0}::int` };
  await changeExperiment(tx, job.experiment_id, set, {
    type: 'trial-stored',
    data: { trial_id, cell, block, run, state },
  });
}
