import { and, eq } from 'drizzle-orm';
import { hasEnded } from '../core/job.ts';
import type { JobStatus } from '../core/runner-protocol.ts';
import type { Db } from './client.ts';
import type { LeaseRef } from './job-lease.ts';
import { jobs } from './schema/jobs.ts';

/** What has become of a job for the holder of a lease of it; `lost` when that is not (any more) the job's lease. */
export async function jobStatus(db: Db, { job_id, lease_id }: LeaseRef): Promise<JobStatus> {
  const [job] = await db
    .select({ state: jobs.state })
    .from(jobs)
    .where(and(eq(jobs.id, job_id), eq(jobs.lease_id, lease_id)));
  if (job === undefined || hasEnded(job.state)) return 'lost';
  return job.state === 'canceling' ? 'canceling' : 'running';
}
