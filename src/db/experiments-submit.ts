import type { Db } from './client.ts';
import { insertExperiment, type NewExperiment } from './experiments.ts';
import { type IdempotentRequest, type InFlight, type KeptAnswer, type Repeated, takeKey } from './idempotency.ts';
import { isLockTimeout } from './query-error.ts';
import { QueueFull, requireRoom } from './queue-room.ts';

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

/**
 * Stores an experiment, its job, and with an idempotency key its answer: all of it or nothing. Of requests with one key at
 * once the first creates, the others wait for its commit and get its answer. Lock order: idempotency key, project.
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
