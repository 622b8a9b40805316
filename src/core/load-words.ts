import { type CellLoad, levelKindOf } from './cell-load.ts';
import type { CapacityLimit } from './load-plan.ts';
import { countText, declaredPercentText, declaredText } from './number-text.ts';

/** Loads as people name them. */

/** "50 users", "16 connections", "500 requests/s", "stages of 200 to 2,000 requests/s over 40 s", "p95 ≤ 50 ms, errors ≤ 0.1 %". */
export function loadWords(load: CellLoad): string {
  switch (levelKindOf(load)) {
    case 'users':
      return countText(load.users ?? 0, 'user');
    case 'connections':
      return countText(load.connections ?? 0, 'connection');
    case 'rate':
      return `${declaredText(load.rate_rps ?? 0)} ${rateUnit(load)}`;
    case 'stages':
      return `stages of ${stagesWords(load)}`;
    default:
      return limitWords(load.limit);
  }
}

/** For a narrow column: "50 users", "16 conn.", "500/s", "stages", "p95 ≤ 50 ms". */
export function shortLoadWords(load: CellLoad): string {
  switch (levelKindOf(load)) {
    case 'users':
      return `${load.users ?? 0} users`;
    case 'connections':
      return `${load.connections ?? 0} conn.`;
    case 'rate':
      return `${declaredText(load.rate_rps ?? 0)}/s`;
    case 'stages':
      return 'stages';
    default:
      return latencyWords(load.limit);
  }
}

/** Of the rates of a load: an arrival is an iteration, which may be a sequence of requests. */
export function rateUnit({ rate_of }: Pick<CellLoad, 'rate_of'>): 'requests/s' | 'iterations/s' {
  return rate_of === undefined ? 'requests/s' : 'iterations/s';
}

/** "200 to 2,000 requests/s over 40 s". */
export function stagesWords(load: Pick<CellLoad, 'stages' | 'rate_of'>): string {
  const stages = load.stages ?? [];
  const rates = stages.flatMap(({ from_rps, to_rps }) => [from_rps, to_rps]);
  const all_s = stages.reduce((sum, { for_s }) => sum + for_s, 0);
  const [least, most] = [Math.min(...rates), Math.max(...rates)];
  const range = least === most ? declaredText(most) : `${declaredText(least)} to ${declaredText(most)}`;
  return `${range} ${rateUnit(load)} over ${declaredText(all_s)} s`;
}

/** "p95 ≤ 50 ms, errors ≤ 0.1 %". */
export function limitWords(limit: CapacityLimit | null): string {
  if (limit === null) return 'no limit';
  return `${latencyWords(limit)}, errors ≤ ${declaredPercentText(limit.error_rate)}`;
}

function latencyWords(limit: CapacityLimit | null): string {
  return limit === null ? 'no limit' : `${quantileName(limit.quantile)} ≤ ${declaredText(limit.latency_ms)} ms`;
}

/** 0.95 → "p95", 0.999 → "p99.9". */
function quantileName(quantile: number): string {
  return `p${Number((quantile * 100).toPrecision(6))}`;
}
