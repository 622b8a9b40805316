import type { ModelOf } from '../../../src/core/load-plan.ts';

/** An open model at one rate with connections enough that none is ever waited for. */
export function openRate(
  rate_rps: number,
  connections: number,
  arrivals: 'constant' | 'poisson' = 'constant',
): ModelOf<'rate'> {
  return { kind: 'rate', rate_rps, arrivals, connections, max_connections: connections };
}
