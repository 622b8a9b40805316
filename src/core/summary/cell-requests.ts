import { type CellRequest, MAX_REQUESTS_OF_CELL } from '../results.ts';
import { isLowerBound } from '../stats/lower-bound.ts';
import type { MeasuredTrial } from '../validity/facts.ts';
import { latencyValue, pooledErrors } from './metric-value.ts';
import { requestMetrics, type RequestMetrics } from './trial-metrics.ts';
import type { RequestSummary } from './trial-summary.ts';

/** One request name in one usable trial. */
interface Seen {
  readonly request: RequestSummary;
  readonly metrics: RequestMetrics;
}

/** What is censored, by the names of a cell's `censored`; the mean has no quantile. */
const QUANTILES = { mean: null, p50: 0.5, p95: 0.95 } as const;

/** Each request name of a cell over its usable trials, in the order of the workload; none where that has one request. */
export function cellRequests(usable: readonly MeasuredTrial[]): CellRequest[] {
  const seen = usable.flatMap(({ load, result }) =>
    (load.by_request ?? []).map((request): Seen => ({ request, metrics: requestMetrics(load, result, request) })),
  );
  const total = requestsOf(seen);
  const all = [...Map.groupBy(seen, ({ request }) => request.name)].map(([name, of]) => cellRequest(name, of, total));
  const most = new Set([...all].sort((a, b) => b.requests - a.requests).slice(0, MAX_REQUESTS_OF_CELL));
  return all.filter((request) => most.has(request));
}

function cellRequest(name: string, seen: readonly Seen[], total: number): CellRequest {
  const requests = requestsOf(seen);
  const latency = (metric: 'latency_mean_ms' | 'latency_p50_ms' | 'latency_p95_ms') =>
    latencyValue(
      metric,
      seen.map(({ metrics }) => metrics[metric]),
    );
  return {
    name,
    requests,
    share: total === 0 ? null : requests / total,
    error_rate: pooledErrors(seen.map(({ request: { ok, failed } }) => ({ failed, total: ok + failed }))),
    latency_mean_ms: latency('latency_mean_ms'),
    latency_p50_ms: latency('latency_p50_ms'),
    latency_p95_ms: latency('latency_p95_ms'),
    censored: Object.entries(QUANTILES)
      .filter(([, q]) => seen.some(({ request }) => isLowerBound(q, request)))
      .map(([percentile]) => percentile),
  };
}

function requestsOf(seen: readonly Seen[]): number {
  return seen.reduce((sum, { request }) => sum + request.requests, 0);
}
