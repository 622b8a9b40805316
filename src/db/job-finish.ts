import type { EndReason, Outcome } from '../core/job.ts';
import type { Db } from './client.ts';
import type { LeaseRef, LeaseRefusal } from './job-lease.ts';

export interface Finish extends LeaseRef {
  readonly outcome: Outcome;
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
  | { readonly kind: 'trials-missing'; readonly missing: { readonly cell: string; readonly block: number }[] }
  | { readonly kind: LeaseRefusal };

/**
 * Ends job and experiment; again: the same answer. `succeeded` needs every trial of run 1, and at least one of all that is ok
 * (else it is failed: no-ok-trial). Results are computed afterwards and kept by `storeResults`.
 */
export async function finishJob(db: Db, finish: Finish): Promise<FinishAnswer> {
  throw new Error(String([db, finish]));
}
