import type { Loaded } from '../compare/same-load.ts';
import type { Side, SideValues } from '../compare/side.ts';
import type { Cell } from '../matrix.ts';
import type { Metric } from '../metric.ts';
import type { Bottleneck, MetricValue } from '../results.ts';

/** A measured cell as thresholds look at it. */
export interface GateCell {
  readonly cell: Cell;
  /** What it was loaded with, as results tell it. */
  readonly loaded: Loaded;
  readonly invalid: boolean;
  /** It is invalid because none of its trials came to be measured. */
  readonly not_run?: boolean;
  readonly bottleneck: Bottleneck | null;
  /** Open, and in most trials more was offered than was served: its rate is what it can serve. */
  readonly overloaded?: boolean;
  /** So many requests failed that latency is that of another population. */
  readonly failures: boolean;
  readonly metrics: Readonly<Record<Metric, GateMetric>>;
}

export interface GateMetric {
  /** The cell's value with its interval. */
  readonly shown: MetricValue;
  /** What it was made from. */
  readonly of: SideValues;
  /** Of a latency of an overloaded cell, which has no value: what it is at least, so that it may be too long, and never short enough. */
  readonly least?: { readonly shown: MetricValue; readonly of: SideValues };
}

/** Of a lower bound it does not matter how many failed: they would have taken longer. */
export function gateSide({ invalid, not_run, bottleneck, failures, metrics }: GateCell, metric: Metric): Side {
  const { least, of } = metrics[metric];
  if (least !== undefined) return { invalid, not_run, bottleneck, failures: false, of: least.of };
  return { invalid, not_run, bottleneck, failures, of };
}

/**
 * Why the metric of a cell may decide nothing; null: it may. Where the load set the throughput it says how much that
 * was, not what the server can do: it neither fails nor passes anything.
 */
export function unusable({ invalid, not_run, bottleneck, failures }: Omit<Side, 'of'>, metric: Metric): string | null {
  if (invalid) return not_run === true ? 'not-run' : 'invalid-cell';
  if (metric === 'throughput_rps' && bottleneck === 'load-limited') return 'load-limited';
  return metric.startsWith('latency_') && failures ? 'failures-change-population' : null;
}
