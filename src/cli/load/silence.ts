import type { LoadResult } from '../../core/load-result.ts';

/**
 * What is wrong where a server took connections and answered nothing at all, which nobody meant to measure; null: it did answer, or
 * failed in another way, or the load was stopped before the timeout could tell.
 */
export function silenceText({ url, failed, ok, timeout_s, requests, answered_in_window }: LoadResult): string | null {
  const isSilent = ok === 0 && answered_in_window === 0 && failed.timeout > 0 && failed.timeout === requests;
  return isSilent ? `no answer came from ${url}: each of ${requests} requests timed out after ${timeout_s} s` : null;
}
