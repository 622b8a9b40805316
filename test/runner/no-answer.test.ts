import { describe, expect, test } from 'vitest';
import type { CapacityProbe, CapacityResult, LoadResult } from '../../src/core/load-result.ts';
import { noAnswer } from '../../src/runner/no-answer.ts';
import { openResult } from '../fixtures/load-result.ts';

const timedOut = (count: number): LoadResult['failed'] => ({ ...openResult().failed, timeout: count });
/** Ten requests, none of which was answered in the window. */
const silent = (over: Partial<LoadResult> = {}): LoadResult =>
  openResult({ sent_total: 12, requests: 10, ok: 0, failed: timedOut(10), answered_in_window: 0, ...over });

function probe(rate_rps: number, failed: number): CapacityProbe {
  const bounds = { over_limit_lo: 0, over_limit_hi: 1, error_rate_lo: 0, error_rate_hi: 1 };
  return { rate_rps, window_s: 1, outcome: 'failed', requests: 10, over_limit: 10, failed, ...bounds };
}

function search(capacity: Partial<CapacityResult>, over: Partial<LoadResult> = {}): LoadResult {
  const limit = { quantile: 0.5, latency_ms: 3000, error_rate: 0.1 };
  return silent({ capacity: { limit, rate_rps: null, ended: 'none', probes: [], ...capacity }, ...over });
}

describe('a load that was sent and not answered', () => {
  test('measured nothing', () => {
    expect(noAnswer(silent())).toBe('No answer came in the window (12 requests sent, timeout 10 s).');
    expect(noAnswer(silent({ answered_in_window: 1 }))).toBeNull();
    expect(noAnswer(silent({ sent_total: 0 }))).toBeNull();
  });

  test('is none of a search that found a rate, though its answers came after the window of that step', () => {
    expect(noAnswer(search({ rate_rps: 4, ended: 'failed' }, { ok: 10, failed: timedOut(0) }))).toBeNull();
  });

  test('is none of a search without a rate in which some step was answered', () => {
    expect(noAnswer(search({ probes: [probe(2, 9), probe(1, 10)] }))).toBeNull();
    expect(noAnswer(search({}, { failed: { ...timedOut(9), http_5xx: 1 } }))).toBeNull();
  });

  test('is a search of which no step was', () => {
    const says = 'No answer came in any step of the search (the last: 12 requests sent, timeout 10 s).';
    expect(noAnswer(search({ probes: [probe(2, 10), probe(1, 10)] }))).toBe(says);
  });
});
