import type { ModelOf } from '../core/load-plan.ts';
import type { ClosedModel } from './closed-model.ts';
import { dealt, type Share } from './share.ts';

/** Closed, connections: each sends its next request when it has its answer. What it finds is the capacity. */
export function connectionsModel(model: ModelOf<'connections'>, share: Share): ClosedModel {
  return {
    slots: dealt(model.connections, share),
    number: (slot) => slot * share.threads + share.thread,
    arrivalMs: () => 0,
    /** All are asked for at once: the ramp ends when the last has been opened, or has failed to. */
    rampMs: null,
    firstPauseMs: () => 0,
    pauseMs: () => 0,
    thinks: false,
  };
}
