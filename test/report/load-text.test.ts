import { describe, expect, test } from 'vitest';
import { loadText } from '../../src/report/load-text.ts';
import { trustLine } from '../../src/report/load/trust-line.ts';
import { latencyStats as stats, loadResult as result } from '../fixtures/load-result.ts';

describe('the text of a load run', () => {
  test('ends with whether it may be believed', () => {
    const lines = loadText(result(), 100).split('\n');
    expect(lines.at(-1)).toBe('Trust: yes. Generator 41 % busy, p99 lag 0.300 ms, nothing withheld.');
    expect(lines[0]).toBe('GET /test on http://127.0.0.1:8080/test');
    expect(lines[1]).toBe('50 connections, closed loop, 10 s after 1 s of warm-up');
    expect(lines).toContain('Requests    174,484 in the window: 174,484 ok, 0 failed (0 %)');
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
      100,
    );
    expect(text).toMatch(/Latency +≥ 0\.610 .* ≥ 10,000 +≥ 10,000/);
    expect(text).toMatch(/ok only +0\.610/);
    expect(text).toContain('480 timed out, 4 answered 5xx');
    expect(text).toContain('3 kept connections');
  });

  test('prints a withheld percentile as withheld, never as a number', () => {
    const withheld = { ...stats, p999: null, max: null };
    const text = loadText(result({ latency_ms: withheld, service_ms: withheld, withheld: ['p999', 'max'] }), 100);
    expect(text).toMatch(/Latency .* withheld +withheld\n/);
    expect(text).toContain('Trust: in part. Generator 41 % busy, p99 lag 0.300 ms, withheld: p99.9, max.');
  });

  test('says no, and why, for a void run', () => {
    const line = trustLine(result({ void: true, void_reasons: ['the generator stood still'] }), []);
    expect(line).toMatch(/^Trust: no\. The generator stood still\. Generator 41 % busy/);
  });

  test('doubts a run in which the generator was the limit', () => {
    const generator = { ...result().generator, busy: 0.93 };
    expect(trustLine(result({ generator }), [])).toMatch(/^Trust: in part\. The generator may have been the limit/);
  });

  test('names users, their think time and the ramp', () => {
    const users = result({ model: 'users', users: 100, connections: 100, think_time_mean_s: 1.5, ramp_s: 10 });
    const line = '100 users, thinking 1.50 s on average, 10 s after 1 s of warm-up and 10 s of ramp';
    expect(loadText(users, 100).split('\n')[1]).toBe(line);
  });

  test('names threads and the other driver, where there are any', () => {
    const [, line] = loadText(result({ threads: 4, driver: 'undici' }), 100).split('\n');
    expect(line).toBe('50 connections, closed loop, 10 s after 1 s of warm-up, 4 threads, driver undici');
    expect(loadText(result({ driver: 'socket' }), 100)).toBe(loadText(result(), 100));
  });

  test('says how many requests of a stopped run were never sent', () => {
    const text = loadText(result({ requests: 100, ok: 90, not_sent: 10 }), 100);
    expect(text).toContain('100 in the window: 90 ok, 0 failed (0 %), 10 not sent');
  });
});
