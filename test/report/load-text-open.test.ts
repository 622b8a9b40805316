import { describe, expect, test } from 'vitest';
import { loadText } from '../../src/report/load-text.ts';
import { openResult, requestResult } from '../fixtures/load-result.ts';

const linesOf = (change: Parameters<typeof openResult>[0] = {}): string[] =>
  loadText(openResult(change), 100).split('\n');

describe('the text of an open load', () => {
  test('says what was offered, and what was answered of it', () => {
    const lines = linesOf();
    expect(lines[1]).toBe('500 requests/s, constant arrivals, 10 s after 1 s of warm-up');
    expect(lines).toContain('Requests    5,000 planned in the window: 5,000 ok, 0 failed (0 %)');
    expect(lines).toContain('Answered    5,000 of 5,000 planned (100 %)');
    expect(lines.at(-1)).toMatch(/^Trust: yes\./);
  });

  test('counts an error status as an answer, but not a request that got none', () => {
    const failed = { connect: 100, reset: 50, timeout: 350, http_4xx: 1, http_5xx: 400, contract: 99, protocol: 20 };
    expect(linesOf({ ok: 3980, failed })).toContain('Answered    4,480 of 5,000 planned (90 %)');
  });

  test('says that stages are the window, and what they came to on average', () => {
    const lines = linesOf({ model: 'stages', rate_rps: 733.3, arrivals: 'poisson', duration_s: 45 });
    expect(lines[1]).toBe(
      'stages of 733 requests/s on average, Poisson arrivals, 45 s (all stages) after 1 s of warm-up',
    );
  });

  test('counts iterations in the rate of a list, of which one may be several requests', () => {
    const lines = linesOf({ by_request: [requestResult('POST /'), requestResult('GET /')] });
    expect(lines[1]).toBe('500 iterations/s, constant arrivals, 10 s after 1 s of warm-up');
  });

  test('says how many connections it took, and that no request waited for one', () => {
    const line = 'Connections 12 open at most, of 1,000 that there may be; no request waited for one';
    expect(linesOf()).toContain(line);
  });

  test('says how long requests waited where there may be no more connections', () => {
    const lines = linesOf({ connections: 12, conn_wait_ms: { p50: 0, p99: 812, max: 1034.4 } });
    expect(lines).toContain(
      'Connections 12 open at most, all that there may be; requests waited for one: p99 812 ms, max 1,034 ms',
    );
  });

  test('says nothing of connections in a closed loop, which has as many as it says', () => {
    const closed = linesOf({ model: 'connections', rate_rps: undefined, arrivals: undefined });
    expect(closed.filter((line) => /^(?:Connections|Answered)/.test(line))).toEqual([]);
  });
});
