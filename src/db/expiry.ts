import type { EndReason, Outcome } from '../core/job.ts';
import type { Db } from './client.ts';

/** What time did to a job. `queued`: its runner went silent, it waits for the next. */
export interface Expired {
  readonly job_id: string;
  readonly project_id: string;
  readonly experiment_id: string;
  readonly status: 'queued' | Outcome;
  readonly reason: EndReason | null;
}

/** Leases, unstarted claims, deadlines, queue timeouts. Called each second and by every claim; cheap when nothing is due. */
export async function expire(db: Db): Promise<Expired[]> {
  throw new Error(String(db));
}
