import type { HostFingerprint } from '../core/host.ts';
import type { TargetOffer } from '../core/offer.ts';
import type { Db } from './client.ts';

export interface RunnerRow {
  readonly id: string;
  /** Null: shared. */
  readonly project_id: string | null;
  readonly host_id: string;
  readonly fingerprint: HostFingerprint;
  readonly fingerprint_digest: string;
  readonly version: string;
  readonly labels: Record<string, string>;
  readonly targets: TargetOffer[];
  readonly created_at: Date;
  readonly session_started_at: Date;
  readonly last_seen_at: Date;
  /** The job it holds now, where that is of the asking project. */
  readonly job_id: string | null;
  readonly experiment_id: string | null;
  /** It holds a job, of whatever project. */
  readonly busy: boolean;
}

/** The runners that serve the project, the one seen last first. */
export async function listRunners(db: Db, project_id: string): Promise<RunnerRow[]> {
  throw new Error(String([db, project_id]));
}
export async function getRunner(db: Db, project_id: string, id: string): Promise<RunnerRow | null> {
  throw new Error(String([db, project_id, id]));
}
/** Only the project's own runners; a shared one is `not-found` here. */
export async function deleteRunner(db: Db, project_id: string, id: string): Promise<'deleted' | 'not-found' | 'busy'> {
  throw new Error(String([db, project_id, id]));
}
/** What runners seen since then offered to the project, the one seen last first; null: it never had a runner. */
export async function listOffers(db: Db, project_id: string, since: Date): Promise<TargetOffer[] | null> {
  throw new Error(String([db, project_id, since]));
}
