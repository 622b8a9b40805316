import type { Progress } from '../core/runner-protocol.ts';
import type { Db } from './client.ts';
import type { LeaseAnswer, LeaseRef, LeaseRefusal } from './job-lease.ts';

/** claimed → running; again: the same answer. The first start sets the deadline. */
export async function startJob(db: Db, lease: LeaseRef): Promise<LeaseAnswer> {
  throw new Error(String([db, lease]));
}
/** Extends the lease, never past the deadline. `progress` replaces the last one. */
export async function heartbeat(db: Db, beat: LeaseRef & { readonly progress: Progress }): Promise<LeaseAnswer> {
  throw new Error(String([db, beat]));
}
/** Back to the queue (or to its end, when it was being canceled or has been claimed too often). */
export async function releaseJob(db: Db, lease: LeaseRef): Promise<'released' | LeaseRefusal> {
  throw new Error(String([db, lease]));
}
