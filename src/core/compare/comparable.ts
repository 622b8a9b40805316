import type { Cell } from '../matrix.ts';
import type { Metric } from '../metric.ts';
import type { CellResult, Bottleneck } from '../results.ts';
import type { Side, SideValues } from './side.ts';

/** The metrics that deployments are compared by, each a family of its own for Holm. */
export const COMPARED = [
  'throughput_rps',
  'latency_mean_ms',
  'latency_p95_ms',
  'server_cpu_ms_per_request',
  'capacity_rps',
] as const satisfies readonly Metric[];
export type ComparedMetric = (typeof COMPARED)[number];

/**
 * Whether cells of that model are compared by the metric. Of two capacity searches only what they found: each ends at a rate of its
 * own, so that nothing else was measured under the same load.
 */
export function isComparedBy(model: CellResult['load']['model'], metric: ComparedMetric): boolean {
  return (model === 'capacity') === (metric === 'capacity_rps');
}

export type ComparedValues = SideValues;

/** A cell as one side of comparisons. */
export interface ComparableCell {
  readonly cell: Cell;
  readonly invalid: boolean;
  readonly bottleneck: Bottleneck | null;
  /** So many requests failed that latency is that of another population. */
  readonly failures: boolean;
  readonly metrics: Readonly<Record<ComparedMetric, ComparedValues>>;
}

/** One metric of it. */
export function sideOf({ invalid, bottleneck, failures, metrics }: ComparableCell, metric: ComparedMetric): Side {
  return { invalid, bottleneck, failures, of: metrics[metric] };
}
