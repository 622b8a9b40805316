import type { LatencyStats, Withholdable } from '../load-result.ts';
import type { Metric, RequestMetric } from '../metric.ts';
import { type Percentile, percentileShown } from '../stats/percentile-shown.ts';
import { failedCount } from '../validity/accounting.ts';
import { oneSecondShare } from '../validity/one-event.ts';
import { OVERLOADED_RULE, overloadOf } from '../validity/overloaded.ts';
import type { LoadSummary, RequestSummary, TrialSummary } from './trial-summary.ts';

/** One metric of one trial, or why it has none. */
export type Reading = { readonly value: number } | { readonly value: null; readonly reason: string };

export type TrialMetrics = Readonly<Record<Metric, Reading>>;

const NONE: Reading = { value: null, reason: 'not-measured' };

function reading(value: number | null | undefined, reason = 'not-measured'): Reading {
  return value === null || value === undefined ? { value: null, reason } : { value };
}

/** Latencies of all requests of a trial, or of those of one name. */
interface Timed {
  readonly latency_ms: LatencyStats;
  /** Requests that they are of. */
  readonly samples: number;
  /** The engine does not vouch for it. */
  readonly isWithheld: (name: Withholdable) => boolean;
}

/** Hidden: the engine will not vouch for it, too few requests stand behind it, or one second made it (S3). */
function percentile(load: LoadSummary, of: Timed, name: Percentile & keyof LatencyStats & Withholdable): Reading {
  if (of.isWithheld(name)) return { value: null, reason: 'withheld' };
  const shown = percentileShown(name, of.samples, oneSecondShare(load, name));
  return shown.shown ? reading(of.latency_ms[name]) : { value: null, reason: shown.reason };
}

/** CPU of the server's process tree over the window for each answer that left in it, in ms. */
function cpuPerRequest({ load, observation }: TrialSummary): Reading {
  if (load === null || observation === null) return NONE;
  if (load.answered_in_window === 0) return { value: null, reason: 'no-answers' };
  return { value: (observation.server_cpu_s * 1000) / load.answered_in_window };
}

export function trialMetrics(result: TrialSummary): TrialMetrics {
  const { observation } = result;
  return {
    ...loadMetrics(result),
    server_cpu_ms_per_request: cpuPerRequest(result),
    server_rss_peak_mb: reading(observation?.server_rss_peak_mb),
  };
}

type LoadMetrics = Omit<TrialMetrics, 'server_cpu_ms_per_request' | 'server_rss_peak_mb'>;

function loadMetrics(result: TrialSummary): LoadMetrics {
  const { load } = result;
  if (load === null) return { ...latencies(() => NONE), throughput_rps: NONE, error_rate: NONE, capacity_rps: NONE };
  return {
    ...latencyMetrics(load, result, {
      latency_ms: load.latency_ms,
      samples: load.ok + failedCount(load),
      isWithheld: (name) => load.withheld.includes(name),
    }),
    throughput_rps: { value: load.throughput_rps },
    error_rate: reading(load.error_rate, 'no-requests'),
    capacity_rps: load.capacity === undefined ? NONE : reading(load.capacity.rate_rps, 'no-capacity'),
  };
}

type Latencies = Pick<TrialMetrics, Extract<Metric, `latency_${string}`>>;

function latencies(of: (name: 'mean' | Percentile | 'max') => Reading): Latencies {
  return {
    latency_mean_ms: of('mean'),
    latency_p50_ms: of('p50'),
    latency_p90_ms: of('p90'),
    latency_p95_ms: of('p95'),
    latency_p99_ms: of('p99'),
    latency_max_ms: of('max'),
  };
}

/** Whether it has no latencies because more was offered than was served. */
export function isOverloaded({ latency_mean_ms: mean }: TrialMetrics): boolean {
  return mean.value === null && mean.reason === OVERLOADED_RULE;
}

/**
 * Of an overloaded trial: what its latencies are at least, however long the load goes on. One second may hold all samples above a
 * percentile, the last: so it must be where they grow. Of failures other than timeouts nobody knows how long they waited; then the
 * answers alone are the bound, above which all failures rank.
 */
export function leastLatencies(load: LoadSummary): Latencies {
  const stats = failedCount(load) === load.failed.timeout ? load.latency_ms : load.latency_ok_ms;
  return latencies((name) => {
    if (name !== 'mean' && load.withheld.includes(name)) return { value: null, reason: 'withheld' };
    const isHidden = name !== 'mean' && name !== 'max' && !percentileShown(name, load.ok + failedCount(load)).shown;
    return isHidden ? { value: null, reason: 'hidden-few-samples' } : reading(stats[name], 'no-requests');
  });
}

/** None where what was asked was above the capacity: there latency is a function of the window. */
function latencyMetrics(load: LoadSummary, result: TrialSummary, of: Timed): Latencies {
  const reason =
    load.capacity?.rate_rps === null ? 'no-capacity' : overloadOf(result) === null ? null : OVERLOADED_RULE;
  if (reason !== null) return latencies(() => ({ value: null, reason }));
  return latencies((name) => {
    if (name === 'mean') return reading(of.latency_ms.mean, 'no-requests');
    if (name !== 'max') return percentile(load, of, name);
    if (of.isWithheld('max')) return { value: null, reason: 'withheld' };
    return reading(of.latency_ms.max, 'no-requests');
  });
}

export type RequestMetrics = Readonly<Record<RequestMetric, Reading>>;

/**
 * Of the requests of one name. What the engine withholds it withholds by name: there is no such figure of requests that there are. What
 * one second made is known of all requests together: it is hidden of each name as well.
 */
export function requestMetrics(load: LoadSummary, result: TrialSummary, request: RequestSummary): RequestMetrics {
  const samples = request.ok + request.failed;
  return {
    ...latencyMetrics(load, result, {
      latency_ms: request.latency_ms,
      samples,
      isWithheld: (name) => samples > 0 && request.latency_ms[name] === null,
    }),
    error_rate: reading(samples === 0 ? null : request.failed / samples, 'no-requests'),
  };
}
