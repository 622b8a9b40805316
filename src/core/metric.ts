/** What is measured of a cell, the unit last. */
export const METRICS = [
  'throughput_rps',
  'latency_mean_ms',
  'latency_p50_ms',
  'latency_p90_ms',
  'latency_p95_ms',
  'latency_p99_ms',
  'latency_max_ms',
  'error_rate',
  'server_cpu_ms_per_request',
  'server_rss_peak_mb',
  /** Of the model `capacity` only: the highest rate that met the limit. */
  'capacity_rps',
] as const;
export type Metric = (typeof METRICS)[number];

/** Of these what is told of each request name of a list. */
export const REQUEST_METRICS = [
  'error_rate',
  'latency_mean_ms',
  'latency_p50_ms',
  'latency_p95_ms',
] as const satisfies readonly Metric[];
export type RequestMetric = (typeof REQUEST_METRICS)[number];

/** Which way is better: rates go up, all else down. */
export function betterOf(metric: Metric): 'higher' | 'lower' {
  return metric === 'throughput_rps' || metric === 'capacity_rps' ? 'higher' : 'lower';
}

/** How a cell's `censored` names a metric of which it may know a lower bound only: `p95` of `latency_p95_ms`; null: of this it may not. */
export function boundName(metric: Metric): string | null {
  return metric === 'capacity_rps' ? 'capacity' : latencyName(metric);
}

/** `p95` of `latency_p95_ms`; null: no latency. */
export function latencyName(metric: Metric): string | null {
  return /^latency_(\w+)_ms$/.exec(metric)?.[1] ?? null;
}
