import type { ClaimedJob } from '../core/runner-protocol.ts';
import type { Db } from './client.ts';

export interface Claim {
  /** Of the key that opened the session; a session of another project is answered as `superseded`. Null: shared. */
  readonly project_id: string | null;
  readonly session_id: string;
  readonly claim_key: string;
  /** Fresh; used when a job is given. */
  readonly lease_id: string;
}

export type ClaimAnswer =
  | { readonly kind: 'job'; readonly job: ClaimedJob; readonly status: 'running' | 'canceling' }
  | { readonly kind: 'none' }
  | { readonly kind: 'busy'; readonly job_id: string }
  | { readonly kind: 'superseded' };

export async function claimJob(db: Db, claim: Claim): Promise<ClaimAnswer> {
  throw new Error(String([db, claim]));
}
