import { describe, expect, test } from 'vitest';
import type { CapacityProbe, CapacityResult, LatencyStats } from '../../src/core/load-result.ts';
import { loadText } from '../../src/report/load-text.ts';
import { openResult, requestResult } from '../fixtures/load-result.ts';

function probe(
  rate_rps: number,
  outcome: CapacityProbe['outcome'],
  change: Partial<CapacityProbe> = {},
): CapacityProbe {
  return {
    rate_rps,
    window_s: 10,
    outcome,
    requests: 10 * rate_rps,
    over_limit: 0,
    failed: 0,
    over_limit_lo: 0,
    over_limit_hi: 0.004,
    error_rate_lo: 0,
    error_rate_hi: 0.0005,
    ...change,
  };
}

const tooSlow = { over_limit: 320, over_limit_lo: 0.072, over_limit_hi: 0.089 };
const found: CapacityResult = {
  limit: { quantile: 0.95, latency_ms: 50, error_rate: 0.001 },
  rate_rps: 300,
  ended: 'failed',
  probes: [
    probe(200, 'passed'),
    probe(400, 'failed', tooSlow),
    probe(300, 'passed', { over_limit: 60, over_limit_lo: 0.016, over_limit_hi: 0.026, window_s: 20, requests: 6000 }),
    probe(315, 'failed', tooSlow),
  ],
};
const search = (change: Partial<CapacityResult>, rate = 300): string =>
  loadText(openResult({ rate_rps: rate, capacity: { ...found, ...change } }), 100);
/** In one line, however the text was broken. */
const flat = (text: string): string => text.replaceAll(/\s+/g, ' ');

const nothing: LatencyStats = { mean: null, p50: null, p90: null, p95: null, p99: null, p999: null, max: null };
const failedSearch = (change: Partial<CapacityResult>): string =>
  loadText(
    openResult({
      rate_rps: 50,
      ok: 400,
      requests: 500,
      failed: { ...openResult().failed, http_5xx: 100 },
      error_rate: 0.2,
      latency_ms: nothing,
      latency_ok_ms: nothing,
      service_ms: nothing,
      capacity: { ...found, rate_rps: null, probes: [probe(100, 'failed'), probe(50, 'failed')], ...change },
    }),
    100,
  );

describe('the text of a capacity search', () => {
  test('says what was looked for, and shows the steps in the order in which they were made', () => {
    const lines = search({}).split('\n');
    expect(lines[1]).toBe(
      'the highest rate with p95 ≤ 50 ms and errors ≤ 0.1 %, constant arrivals, up to 1,000 connections',
    );
    const at = lines.findIndex((line) => line.includes('outcome'));
    expect(lines[at]).toMatch(/^requests\/s +window +outcome +over 50 ms or failed +failed$/);
    expect(lines.slice(at + 1, at + 5).map((line) => line.trim().split(/\s+/)[0])).toEqual([
      '200',
      '400',
      '300',
      '315',
    ]);
    expect(lines[at + 3]).toMatch(/300 +20 s +passed +1 % \(1\.6 %–2\.6 %\) +0 % \(0 %–0\.05 %\)$/);
  });

  test('ends with the answer, the figures of that step and the trust line', () => {
    const text = search({});
    expect(flat(text)).toContain(
      'The highest rate that keeps p95 ≤ 50 ms and errors ≤ 0.1 %: 300 requests/s. At 315 requests/s they were not kept.',
    );
    expect(text).toMatch(/\n\nAt 300 requests\/s, constant arrivals, 10 s after 1 s of warm-up\n\nms .*\nLatency /);
    expect(text.split('\n').at(-1)).toMatch(/^Trust: yes\./);
  });

  test.each([
    ['undecided', 'Whether 315 requests/s do could not be judged in the window: a longer --duration may tell.'],
    ['void', 'At 315 requests/s the generator was the limit, so the server may keep them at more.'],
    ['stopped', 'The search was stopped there, so the highest rate is not known.'],
  ] as const)('does not call a rate the highest when the search ended %s', (ended, says) => {
    const outcome = ended === 'stopped' ? 'failed' : ended;
    const text = flat(search({ ended, probes: [probe(300, 'passed'), probe(315, outcome)] }));
    const mark = ended === 'undecided' ? '' : '≥ ';
    expect(text).toContain(` ${mark}300 requests/s keep p95 ≤ 50 ms and errors ≤ 0.1 %. ${says}`);
    expect(text).not.toContain('The highest rate that keeps');
  });

  test('trusts a search only in part that the generator ended', () => {
    const text = search({ ended: 'void', probes: [probe(300, 'passed'), probe(600, 'void')] });
    expect(text.split('\n').at(-1)).toMatch(/^Trust: in part\. The generator was the limit of the search/);
  });

  test.each([
    [
      'every rate failed',
      'none',
      'failed',
      'No rate that was tried keeps p95 ≤ 50 ms and errors ≤ 0.1 %, not even the lowest, 50 requests/s.',
    ],
    [
      'too few requests were made at low rates',
      'undecided',
      'undecided',
      'No rate was shown to keep p95 ≤ 50 ms and errors ≤ 0.1 %. 100 requests/s did not. To tell of a lower one takes 3,838 requests in its window, without a fault',
    ],
    [
      'even the lowest had too few',
      'none',
      'undecided',
      'No rate was shown to keep p95 ≤ 50 ms and errors ≤ 0.1 %. 100 requests/s did not.',
    ],
    [
      'the generator could not offer the lowest',
      'none',
      'void',
      'Nothing can be said of the server: at 50 requests/s the generator was the limit.',
    ],
    [
      'it was stopped',
      'stopped',
      'failed',
      'The search was stopped before a rate had kept p95 ≤ 50 ms and errors ≤ 0.1 %.',
    ],
  ] as const)('says that there is no rate because %s', (_, ended, outcome, says) => {
    const probes = [probe(100, 'failed'), probe(50, outcome)];
    expect(flat(failedSearch({ ended, probes }))).toContain(says);
  });

  test('speaks of iterations where a list was asked for, of which one may be several requests', () => {
    const text = loadText(openResult({ rate_rps: 300, capacity: found, by_request: [requestResult('GET /')] }), 100);
    expect(flat(text)).toContain('errors ≤ 0.1 %: 300 iterations/s. At 315 iterations/s they were not kept.');
    expect(text).toMatch(/^iterations\/s +window/m);
  });

  test('shows of a search without an answer what failed in its last step, and no latencies', () => {
    const text = failedSearch({ ended: 'none' });
    expect(text).toContain('The last step: 50 requests/s');
    expect(text).toContain('100 answered 5xx');
    expect(text).not.toContain('Latency');
  });

  test('writes bounds beside a limit with as many digits as tell them apart', () => {
    const close = probe(300, 'undecided', { error_rate_hi: 0.00104 });
    expect(search({ probes: [close] })).toContain('0 % (0 %–0.104 %)');
  });

  test('names percentiles with decimals and limits as they were declared', () => {
    const limit = { quantile: 0.999, latency_ms: 0.5, error_rate: 0.05 };
    expect(search({ limit })).toContain('p99.9 ≤ 0.5 ms and errors ≤ 5 %');
  });
});
