import type { ModelOf } from '../core/load-plan.ts';
import type { OpenModel } from './open-model.ts';

/** Open, stages: the rate rises, falls and jumps as declared. The window is all of them; the warm-up has the first one's first rate. */
export function stagesModel(model: ModelOf<'stages'>, warmupS: number): OpenModel {
  const { stages, arrivals, connections, max_connections } = model;
  const first = stages[0]?.from_rps ?? 0;
  return {
    arrivals,
    connections: Math.min(connections, max_connections),
    maxConnections: max_connections,
    warmup: warmupS > 0 ? [{ from_rps: first, to_rps: first, for_s: warmupS }] : [],
    window: stages,
  };
}
