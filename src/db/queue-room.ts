import { and, count, eq } from 'drizzle-orm';
import type { Tx } from './client.ts';
import { experiments } from './schema/experiments.ts';
import { projects } from './schema/projects.ts';

/** Thrown, not returned: the transaction must undo what it has done so far. */
export class QueueFull extends Error {
  readonly max_queued: number;
  constructor(max_queued: number) {
    super('the queue of the project is full');
    this.max_queued = max_queued;
  }
}

/** Locks the project, so that of submissions at once each counts those before it. Throws QueueFull. */
export async function requireRoom(tx: Tx, project_id: string): Promise<void> {
  const [project] = await tx
    .select({ max_queued: projects.max_queued })
    .from(projects)
    .where(eq(projects.id, project_id))
    .for('no key update');
  if (!project) throw new Error(`no project ${project_id}`);
  const [queued] = await tx
    .select({ count: count() })
    .from(experiments)
    .where(and(eq(experiments.project_id, project_id), eq(experiments.status, 'queued')));
  if ((queued?.count ?? 0) >= project.max_queued) throw new QueueFull(project.max_queued);
}
