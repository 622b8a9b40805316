import type { LatencyStats, Withholdable } from '../load-result.ts';
import type { Metric } from '../metric.ts';
import { type Percentile, percentileShown } from '../stats/percentile-shown.ts';
import { failedCount } from '../validity/accounting.ts';
import { oneSecondShare } from '../validity/one-event.ts';
import type { LoadSummary, TrialSummary } from './trial-summary.ts';

/** One metric of one trial, or why it has none. */
export type Reading = { readonly value: number } | { readonly value: null; readonly reason: string };

export type TrialMetrics = Readonly<Record<Metric, Reading>>;

const NONE: Reading = { value: null, reason: 'not-measured' };

function reading(value: number | null | undefined, reason = 'not-measured'): Reading {
  return value === null || value === undefined ? { value: null, reason } : { value };
}

/** Hidden: the engine will not vouch for it, too few requests stand behind it, or one second made it (S3). */
function percentile(load: LoadSummary, name: Percentile & keyof LatencyStats & Withholdable): Reading {
  if (load.withheld.includes(name)) return { value: null, reason: 'withheld' };
  const shown = percentileShown(name, load.ok + failedCount(load), oneSecondShare(load, name));
  return shown.shown ? reading(load.latency_ms[name]) : { value: null, reason: shown.reason };
}

/** CPU of the server's process tree over the window for each answer that left in it, in ms. */
function cpuPerRequest({ load, observation }: TrialSummary): Reading {
  if (load === null || observation === null) return NONE;
  if (load.answered_in_window === 0) return { value: null, reason: 'no-answers' };
  return { value: (observation.server_cpu_s * 1000) / load.answered_in_window };
}

export function trialMetrics(result: TrialSummary): TrialMetrics {
  const { load, observation } = result;
  const rss = reading(observation?.server_rss_peak_mb);
  const cpu = cpuPerRequest(result);
  if (load === null) {
    return {
      throughput_rps: NONE,
      latency_mean_ms: NONE,
      latency_p50_ms: NONE,
      latency_p90_ms: NONE,
      latency_p95_ms: NONE,
      latency_p99_ms: NONE,
      latency_max_ms: NONE,
      error_rate: NONE,
      server_cpu_ms_per_request: cpu,
      server_rss_peak_mb: rss,
    };
  }
  const max: Reading = load.withheld.includes('max')
    ? { value: null, reason: 'withheld' }
    : reading(load.latency_ms.max, 'no-requests');
  return {
    throughput_rps: { value: load.throughput_rps },
    latency_mean_ms: reading(load.latency_ms.mean, 'no-requests'),
    latency_p50_ms: percentile(load, 'p50'),
    latency_p90_ms: percentile(load, 'p90'),
    latency_p95_ms: percentile(load, 'p95'),
    latency_p99_ms: percentile(load, 'p99'),
    latency_max_ms: max,
    error_rate: reading(load.error_rate, 'no-requests'),
    server_cpu_ms_per_request: cpu,
    server_rss_peak_mb: rss,
  };
}
