import type { Cell } from '../matrix.ts';
import type { Metric } from '../metric.ts';
import type { Bottleneck } from '../results.ts';
import type { BlockValue } from '../stats/comparison.ts';

/** The metrics that deployments are compared by, each a family of its own for Holm. */
export const COMPARED = [
  'throughput_rps',
  'latency_mean_ms',
  'latency_p95_ms',
  'server_cpu_ms_per_request',
] as const satisfies readonly Metric[];
export type ComparedMetric = (typeof COMPARED)[number];

export interface ComparedValues {
  readonly values: readonly BlockValue[];
  /** Bucket width that the values were read with, in their unit. */
  readonly step: number;
  /** Why the cell has no value for this metric. */
  readonly reason: string | null;
  /** The value is a lower bound: failures stand at or above it. */
  readonly censored: boolean;
}

/** One side of a comparison. */
export interface ComparableCell {
  readonly cell: Cell;
  readonly invalid: boolean;
  readonly bottleneck: Bottleneck | null;
  /** So many requests failed that latency is that of another population. */
  readonly failures: boolean;
  readonly metrics: Readonly<Record<ComparedMetric, ComparedValues>>;
}

/** Why nothing may be said of a pair before any value is looked at; null when it may be tested. */
export function untestable(a: ComparableCell, b: ComparableCell, metric: ComparedMetric): string | null {
  const sides = [a, b];
  if (sides.some((side) => side.invalid)) return 'invalid-cell';
  if (metric === 'throughput_rps' && sides.every((side) => side.bottleneck === 'load-limited')) return 'load-limited';
  if (metric.startsWith('latency_') && sides.some((side) => side.failures)) return 'failures-change-population';
  const missing = sides.map((side) => side.metrics[metric].reason).find((reason) => reason !== null) ?? null;
  if (missing !== null) return missing;
  return sides.every((side) => side.metrics[metric].censored) ? 'censored' : null;
}
