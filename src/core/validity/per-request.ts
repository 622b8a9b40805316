import { hasSequence } from '../request-list.ts';
import type { LoadSummary } from '../summary/trial-summary.ts';
import type { MeasuredTrial } from './facts.ts';

/**
 * Requests of one iteration, about: more than one where the workload has sequences, of which the window's end cuts the last short. What
 * is sent again on a new connection is counted once, so that of single requests no more are sent than iterations are begun.
 */
export function requestsPerIteration({
  iterations,
  sent_total,
}: Pick<LoadSummary, 'iterations' | 'sent_total'>): number {
  if (iterations === undefined || iterations.begun === 0) return 1;
  return Math.max(1, sent_total / iterations.begun);
}

/**
 * Does one iteration send several requests? By what the spec lists; and by what was sent, which of a run without a spec is all that there
 * is. Names do not tell: the steps of a sequence may have one between them.
 */
export function hasSequences({ load, spec: { workload } }: Pick<MeasuredTrial, 'load' | 'spec'>): boolean {
  return (Array.isArray(workload) && hasSequence(workload)) || requestsPerIteration(load) > 1;
}

/** Requests a second that an open model offered: an arrival is an iteration; null of the closed ones. */
export function offeredRps(load: LoadSummary): number | null {
  return load.rate_rps === undefined ? null : load.rate_rps * requestsPerIteration(load);
}
