import { emptyHistogram, encodeHistogram } from '../core/histogram.ts';
import type { LatencyStats, LoadResult } from '../core/load-result.ts';

const NO_LATENCY: LatencyStats = { mean: null, p50: null, p90: null, p95: null, p99: null, p999: null, max: null };
const NO_ROW_LATENCY = { mean_ms: null, p50_ms: null, p95_ms: null, p99_ms: null, max_ms: null };

/** Above capacity latency is a function of the window: of a search in which nothing passed there is none, by name and second neither. */
export function withoutLatency(result: LoadResult): LoadResult {
  const none = encodeHistogram(emptyHistogram());
  const stats = { latency_ms: NO_LATENCY, service_ms: NO_LATENCY };
  const { by_request: byRequest } = result;
  return {
    ...result,
    ...stats,
    latency_ok_ms: NO_LATENCY,
    ...(byRequest !== undefined && {
      by_request: byRequest.map((one) => ({ ...one, ...stats, histograms: { latency: none, service: none } })),
    }),
    seconds: result.seconds.map((row) => ({ ...row, ...NO_ROW_LATENCY })),
    histograms: { ...result.histograms, latency: none, latency_ok: none, service: none },
  };
}
