import { describe, expect, test } from 'vitest';
import type { LoadResult } from '../../../src/core/load-result.ts';
import { loneFindings } from '../../../src/core/validity/lone-run.ts';
import { loadResult, openResult } from '../../fixtures/load-result.ts';

const rulesOf = (result: LoadResult): string[] => loneFindings(result).map(({ rule }) => rule);

describe('the findings of a run that belongs to no experiment', () => {
  test('are none of an open one that was kept up with, and that it is a loop of a closed one', () => {
    expect(rulesOf(openResult())).toEqual([]);
    expect(rulesOf(loadResult())).toEqual(['closed-loop']);
    expect(rulesOf(loadResult({ model: 'users', users: 50 }))).toEqual(['closed-loop']);
  });

  test.each<[string, LoadResult]>([
    ['overloaded', openResult({ answered_in_window: 3300, answered_rps: 330 })],
    ['too-few-samples', openResult({ requests: 150, ok: 150, answered_in_window: 150 })],
    ['censored', openResult({ ok: 4999, failed: { ...openResult().failed, timeout: 1 }, censored: ['max'] })],
    ['one-event', openResult({ one_second_share: { p50: 0.1, p90: 0.2, p95: 0.3, p99: 0.9, p999: 1 } })],
    ['generator-lag', openResult({ void: true, void_reasons: ['the generator stood still'] })],
    ['bottleneck', openResult({ generator: { ...openResult().generator, busy: 0.9 } })],
  ])('have %s where the rule fires', (rule, result) => {
    expect(rulesOf(result)).toEqual([rule]);
  });

  test('say of a search without an answer why there is none, and nothing of latencies that it has not', () => {
    const limit = { quantile: 0.95, latency_ms: 50, error_rate: 0.001 };
    const capacity = { limit, rate_rps: null, ended: 'none' as const, probes: [] };
    expect(rulesOf(openResult({ requests: 9, ok: 9, censored: ['mean'], capacity }))).toEqual(['capacity-search']);
  });
});
