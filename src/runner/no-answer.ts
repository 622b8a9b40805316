import type { LoadResult } from '../core/load-result.ts';

/** Why a load that was sent measured nothing: no answer came. Null: some did, or nothing was sent. */
export function noAnswer(load: LoadResult): string | null {
  const { capacity, answered_in_window, sent_total, timeout_s } = load;
  if (answered_in_window > 0 || sent_total === 0) return null;
  const sent = `${sent_total} requests sent, timeout ${timeout_s} s`;
  if (capacity === undefined) return `No answer came in the window (${sent}).`;
  return wasAnswered(load, capacity) ? null : `No answer came in any step of the search (the last: ${sent}).`;
}

/**
 * The result of a search is that of one step, whose answers may all have come after its window, in time for its limit: what it found
 * was answered. Where it found nothing, that is the last step; of those before only what did not fail is told.
 */
function wasAnswered({ ok, failed }: LoadResult, { rate_rps, probes }: NonNullable<LoadResult['capacity']>): boolean {
  const inLast = ok + failed.http_4xx + failed.http_5xx + failed.contract > 0;
  return rate_rps !== null || inLast || probes.some((probe) => probe.requests > probe.failed);
}
