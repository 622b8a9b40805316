import type { LoadSummary } from '../summary/trial-summary.ts';

/**
 * Requests of one iteration, about: more than one where the workload has sequences, of which the window's end cuts the last short; 1 of a
 * plan of one request.
 */
export function requestsPerIteration({
  iterations,
  by_request,
  sent_total,
}: Pick<LoadSummary, 'iterations' | 'by_request' | 'sent_total'>): number {
  if (by_request === undefined || iterations === undefined || iterations.begun === 0) return 1;
  return Math.max(1, sent_total / iterations.begun);
}

/** Requests a second that an open model offered: an arrival is an iteration; null of the closed ones. */
export function offeredRps(load: LoadSummary): number | null {
  return load.rate_rps === undefined ? null : load.rate_rps * requestsPerIteration(load);
}
