import type { LatencyStats, LoadResult } from '../../core/load-result.ts';
import { numberText } from '../../core/number-text.ts';

export type LatencyName = keyof LatencyStats;

/** What people call them. */
export const LATENCY_HEADS: Readonly<Record<LatencyName, string>> = {
  mean: 'mean',
  p50: 'p50',
  p90: 'p90',
  p95: 'p95',
  p99: 'p99',
  p999: 'p99.9',
  max: 'max',
};

/** Milliseconds as they stand in a table; `isLower`: failures stand at or above it. */
export function latencyCell(
  stats: LatencyStats,
  name: LatencyName,
  withheld: LoadResult['withheld'],
  isLower: boolean,
): string {
  const value = stats[name];
  if (value === null) return name !== 'mean' && withheld.includes(name) ? 'withheld' : '—';
  return (isLower ? '≥ ' : '') + numberText(value);
}
