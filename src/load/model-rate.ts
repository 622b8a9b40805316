import type { ModelOf } from '../core/load-plan.ts';
import type { OpenModel } from './open-model.ts';

/** Open, rate: requests are planned at one rate, whatever the server does. */
export function rateModel(model: ModelOf<'rate'>, warmupS: number, windowS: number): OpenModel {
  const { rate_rps, arrivals, connections, max_connections } = model;
  const at = (for_s: number) => ({ from_rps: rate_rps, to_rps: rate_rps, for_s });
  return {
    arrivals,
    connections: Math.min(connections, max_connections),
    maxConnections: max_connections,
    warmup: warmupS > 0 ? [at(warmupS)] : [],
    window: [at(windowS)],
  };
}
