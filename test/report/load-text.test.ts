import { describe, expect, test } from 'vitest';
import type { LoadResult } from '../../src/core/load-result.ts';
import { loadText, trustLine } from '../../src/report/load-text.ts';

const stats = { mean: 0.61, p50: 0.505, p90: 0.766, p95: 1.1, p99: 2.1, p999: 4.2, max: 17.8 };
const lag = { p50: 0.001, p99: 0.002, max: 1.7 };

function result(change: Partial<LoadResult> = {}): LoadResult {
  return {
    url: 'http://127.0.0.1:8080/test',
    request: 'GET /test',
    model: 'connections',
    users: null,
    connections: 50,
    threads: 1,
    ramp_s: 0.01,
    warmup_s: 1,
    duration_s: 10,
    timeout_s: 10,
    seed: 1,
    requests: 174_484,
    not_sent: 0,
    ok: 174_484,
    failed: { connect: 0, reset: 0, timeout: 0, http_4xx: 0, http_5xx: 0, contract: 0, protocol: 0 },
    stale_connections: 0,
    in_flight_at_end: 50,
    sent_total: 190_000,
    ok_in_window: 174_484,
    answered_in_window: 174_484,
    bytes: 15_703_560,
    body_bytes_mean: 19,
    body_bytes_mean_thirds: [19, 19, 19],
    throughput_rps: 17_448.4,
    answered_rps: 17_448.4,
    error_rate: 0,
    latency_ms: stats,
    latency_ok_ms: stats,
    service_ms: stats,
    sched_lag_ms: lag,
    conn_wait_ms: lag,
    turn_ms: { p50: 0.02, p99: 0.3, max: 1.2 },
    censored: [],
    withheld: [],
    contaminated: 0,
    long_turns_share: 0,
    think_time_mean_s: null,
    generator: { busy: 0.41, cpu_s: 4.1, gc_ms: 3, rss_mb: 90 },
    void: false,
    void_reasons: [],
    seconds: [],
    histograms: { latency: '', latency_ok: '', service: '', sched_lag: '', conn_wait: '', turn: '' },
    ...change,
  };
}

describe('the text of a load run', () => {
  test('ends with whether it may be believed', () => {
    const lines = loadText(result()).split('\n');
    expect(lines.at(-1)).toBe('Trust: yes. Generator 41 % busy, p99 lag 0.300 ms, nothing withheld.');
    expect(lines[0]).toBe('GET /test on http://127.0.0.1:8080/test');
    expect(lines[1]).toBe('50 connections, closed loop, 10 s after 1 s of warm-up');
    expect(loadText(result())).toContain('174,484 in the window: 174,484 ok, 0 failed (0 %)');
  });

  test('marks percentiles among failures as lower bounds, and shows the ok ones apart', () => {
    const text = loadText(
      result({
        ok: 174_000,
        failed: { ...result().failed, timeout: 480, http_5xx: 4 },
        latency_ms: { ...stats, p999: 10_000, max: 10_000 },
        censored: ['mean', 'p999', 'max'],
        error_rate: 484 / 174_484,
        stale_connections: 3,
      }),
    );
    expect(text).toMatch(/Latency +≥ 0\.610 .* ≥ 10,000 +≥ 10,000/);
    expect(text).toMatch(/ok only +0\.610/);
    expect(text).toContain('480 timed out, 4 answered 5xx');
    expect(text).toContain('3 kept connections');
  });

  test('prints a withheld percentile as withheld, never as a number', () => {
    const withheld = { ...stats, p999: null, max: null };
    const text = loadText(result({ latency_ms: withheld, service_ms: withheld, withheld: ['p999', 'max'] }));
    expect(text).toMatch(/Latency .* withheld +withheld\n/);
    expect(text).toContain('Trust: in part. Generator 41 % busy, p99 lag 0.300 ms, withheld: p99.9, max.');
  });

  test('says no, and why, for a void run', () => {
    const line = trustLine(result({ void: true, void_reasons: ['the generator stood still'] }));
    expect(line).toMatch(/^Trust: no\. The generator stood still\. Generator 41 % busy/);
  });

  test('doubts a run in which the generator was the limit', () => {
    const generator = { ...result().generator, busy: 0.93 };
    expect(trustLine(result({ generator }))).toMatch(/^Trust: in part\. The generator may have been the limit/);
  });

  test('names users, their think time and the ramp', () => {
    const text = loadText(result({ model: 'users', users: 100, connections: 100, think_time_mean_s: 1.5, ramp_s: 10 }));
    expect(text).toContain('100 users, thinking 1.50 s on average, 10 s after 1 s of warm-up and 10 s of ramp');
  });
});
