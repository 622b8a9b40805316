import { asc, eq } from 'drizzle-orm';
import type { Db } from './client.ts';
import { deleteHooksOf, holdHooksOf } from './hooks.ts';
import { experiments } from './schema/experiments.ts';
import { keys, projects } from './schema/projects.ts';
import { runners } from './schema/runners.ts';
import { deleteWebhooksOf } from './webhooks.ts';

export interface ProjectLimits {
  /** Experiments that may wait at once. */
  readonly max_queued?: number | undefined;
  /** Days after its end for which an experiment is kept; null: for ever. */
  readonly retention_days?: number | null | undefined;
}

export interface NewProject extends ProjectLimits {
  readonly id: string;
  readonly name: string;
}

export interface ProjectRow {
  readonly id: string;
  readonly name: string;
  readonly created_at: Date;
  readonly max_queued: number;
  readonly retention_days: number | null;
}

const SHOWN = {
  id: projects.id,
  name: projects.name,
  created_at: projects.created_at,
  max_queued: projects.max_queued,
  retention_days: projects.retention_days,
};

/** Null: another project has the name. */
export async function createProject(db: Db, project: NewProject): Promise<ProjectRow | null> {
  const [row] = await db
    .insert(projects)
    .values(project)
    .onConflictDoNothing({ target: projects.name })
    .returning(SHOWN);
  return row ?? null;
}

/** Oldest first. */
export async function listProjects(db: Db): Promise<ProjectRow[]> {
  return db.select(SHOWN).from(projects).orderBy(asc(projects.created_at), asc(projects.id));
}

export async function getProject(db: Db, id: string): Promise<ProjectRow | null> {
  const [row] = await db.select(SHOWN).from(projects).where(eq(projects.id, id));
  return row ?? null;
}

/** Sets the limits that are given. Null: no such project. */
export async function limitProject(db: Db, id: string, limits: ProjectLimits): Promise<ProjectRow | null> {
  const { max_queued, retention_days } = limits;
  if (max_queued === undefined && retention_days === undefined) return getProject(db, id);
  const [row] = await db
    .update(projects)
    .set({ max_queued, retention_days })
    .where(eq(projects.id, id))
    .returning(SHOWN);
  return row ?? null;
}

/** Deletes a project without experiments and runners; its keys, hooks and webhooks go with it. */
export async function deleteProject(db: Db, id: string): Promise<'deleted' | 'not-found' | 'not-empty'> {
  return db.transaction(async (tx) => {
    await holdHooksOf(tx, id);
    // Whatever would be put into the project waits for this lock, and then finds no project.
    const [project] = await tx.select({ id: projects.id }).from(projects).where(eq(projects.id, id)).for('update');
    if (!project) return 'not-found';
    const [experiment] = await tx
      .select({ id: experiments.id })
      .from(experiments)
      .where(eq(experiments.project_id, id))
      .limit(1);
    const [runner] = await tx.select({ id: runners.id }).from(runners).where(eq(runners.project_id, id)).limit(1);
    if (experiment || runner) return 'not-empty';
    await deleteHooksOf(tx, id);
    await deleteWebhooksOf(tx, id);
    await tx.delete(keys).where(eq(keys.project_id, id));
    await tx.delete(projects).where(eq(projects.id, id));
    return 'deleted';
  });
}
