import { and, count, eq } from 'drizzle-orm';
import type { Db, Tx } from './client.ts';
import { insertExperiment, type NewExperiment } from './experiments.ts';
import { type IdempotentRequest, type InFlight, type KeptAnswer, type Repeated, takeKey } from './idempotency.ts';
import { isLockTimeout } from './query-error.ts';
import { experiments } from './schema/experiments.ts';
import { projects } from './schema/projects.ts';

export type SubmitAnswer =
  | { readonly kind: 'created' }
  | { readonly kind: 'quota-exceeded'; readonly max_queued: number }
  | Repeated
  | InFlight;

/** The request that carried an `Idempotency-Key`, and what it will be answered when this experiment is created. */
export interface Repeatable {
  readonly request: IdempotentRequest;
  readonly answer: KeptAnswer;
}

/** Thrown, not returned: the transaction must undo the key that it has taken. */
class QueueFull extends Error {
  readonly max_queued: number;
  constructor(max_queued: number) {
    super('the queue of the project is full');
    this.max_queued = max_queued;
  }
}

/**
 * Stores an experiment, its job, and with an idempotency key its answer: all of it or nothing. Of requests with one key at
 * once the first creates, the others wait for its commit and get its answer.
 */
export async function submitExperiment(
  db: Db,
  created: NewExperiment,
  repeatable: Repeatable | null,
): Promise<SubmitAnswer> {
  try {
    return await db.transaction(async (tx) => {
      const earlier = repeatable === null ? null : await takeKey(tx, repeatable.request, repeatable.answer);
      if (earlier !== null) return earlier;
      await requireRoom(tx, created.experiment.project_id);
      await insertExperiment(tx, created);
      return { kind: 'created' };
    });
  } catch (error) {
    if (error instanceof QueueFull) return { kind: 'quota-exceeded', max_queued: error.max_queued };
    if (repeatable !== null && isLockTimeout(error)) return { kind: 'in-flight' };
    throw error;
  }
}

/** Locks the project, so that of submissions at once each counts those before it. Lock order: idempotency key, project. */
async function requireRoom(tx: Tx, project_id: string): Promise<void> {
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
