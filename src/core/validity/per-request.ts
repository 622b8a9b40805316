import type { LoadSummary } from '../summary/trial-summary.ts';

/** Requests of one iteration: more than one where the workload has sequences; 1 of a plan of one request. */
export function requestsPerIteration({
  iterations,
  by_request,
  sent_total,
}: Pick<LoadSummary, 'iterations' | 'by_request' | 'sent_total'>): number {
  if (by_request === undefined || iterations === undefined || iterations.begun === 0) return 1;
  return Math.max(1, sent_total / iterations.begun);
}

/** A user thinks once in an iteration: so much of it for each request, in seconds; null without think time. */
export function thinkPerRequestS(load: LoadSummary): number | null {
  return load.think_time_mean_s === null ? null : load.think_time_mean_s / requestsPerIteration(load);
}

/** Requests a second that an open model offered: an arrival is an iteration; null of the closed ones. */
export function offeredRps(load: LoadSummary): number | null {
  return load.rate_rps === undefined ? null : load.rate_rps * requestsPerIteration(load);
}
