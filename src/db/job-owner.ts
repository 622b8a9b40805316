import { and, eq, isNull, or } from 'drizzle-orm';
import type { Db } from './client.ts';
import { jobs } from './schema/jobs.ts';
import { runners } from './schema/runners.ts';

/** Whether a runner with a key of that project may speak of the job: its own project's, or, `shared`, one that a shared runner was given. */
export async function mayWorkOn(
  db: Db,
  { job_id, project_id, shared }: { readonly job_id: string; readonly project_id: string; readonly shared: boolean },
): Promise<boolean> {
  const bySharedRunner = shared ? and(eq(runners.id, jobs.runner_id), isNull(runners.project_id)) : undefined;
  const [job] = await db
    .select({ id: jobs.id })
    .from(jobs)
    .leftJoin(runners, eq(runners.id, jobs.runner_id))
    .where(and(eq(jobs.id, job_id), or(eq(jobs.project_id, project_id), bySharedRunner)));
  return job !== undefined;
}
