import type { HostFingerprint } from '../core/host.ts';
import type { TargetOffer } from '../core/offer.ts';
import type { Db } from './client.ts';

export interface NewSession {
  /** Null: shared, serves every project. */
  readonly project_id: string | null;
  readonly host_id: string;
  readonly fingerprint: HostFingerprint;
  readonly fingerprint_digest: string;
  readonly version: string;
  readonly labels: Record<string, string>;
  readonly targets: readonly TargetOffer[];
  /** `offerKeys(targets)` of core/offer. */
  readonly offer_keys: readonly string[];
  /** Fresh ids: of the runner if it is new, of the session, and of the lease if it takes over a job. */
  readonly ids: { readonly runner_id: string; readonly session_id: string; readonly lease_id: string };
}

/** Opens a session of the runner of that project and host; an older one is superseded and its live job taken over. */
export async function openSession(db: Db, session: NewSession): Promise<{ runner_id: string; session_id: string }> {
  throw new Error(String([db, session]));
}
