import type { JobStatus, TrialKey } from '../core/runner-protocol.ts';
import type { TrialResult } from '../core/trial-result.ts';
import type { Db } from './client.ts';
import type { LeaseRef, LeaseRefusal } from './job-lease.ts';

export interface NewTrial extends LeaseRef, TrialKey {
  /** Fresh; used when the trial is new. */
  readonly trial_id: string;
  /** SHA-256 of the body's bytes, hex. */
  readonly digest: string;
  /** The exact text that was sent. */
  readonly body: string;
  readonly state: TrialResult['state'];
}

export interface TrialAnswer {
  readonly kind: 'stored' | 'same' | 'conflict' | 'unknown-cell' | LeaseRefusal;
  readonly status: JobStatus;
  /** Of the stored trial, with `stored`, `same` and `conflict`. */
  readonly trial_id: string | null;
}

/** Write-once: the first body of a trial stays. `unknown-cell`: the schedule has no such cell in such a block. */
export async function putTrial(db: Db, trial: NewTrial): Promise<TrialAnswer> {
  throw new Error(String([db, trial]));
}
/** The trials that the current generation has stored, in the order of the schedule; for the holder of the lease. */
export async function listTrialKeys(
  db: Db,
  lease: LeaseRef,
): Promise<{ kind: 'trials'; trials: (TrialKey & { state: TrialResult['state'] })[] } | { kind: LeaseRefusal }> {
  throw new Error(String([db, lease]));
}
