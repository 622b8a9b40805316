import { describe, expect, test } from 'vitest';
import { loadDocumentSchema } from '../../src/core/load-document.ts';
import type { LoadResult } from '../../src/core/load-result.ts';
import { loneFindings } from '../../src/core/validity/lone-run.ts';
import { loadText } from '../../src/report/load-text.ts';
import { openResult, requestResult } from '../fixtures/load-result.ts';

const linesOf = (change: Parameters<typeof openResult>[0] = {}): string[] =>
  loadText(openResult(change), 100).split('\n');

describe('the text of an open load', () => {
  test('says what was offered, and what was answered of it', () => {
    const lines = linesOf();
    expect(lines[1]).toBe('500 requests/s, constant arrivals, 10 s after 1 s of warm-up');
    expect(lines).toContain('Requests    5,000 planned in the window: 5,000 ok, 0 failed (0 %)');
    expect(lines).toContain('Answered    5,000 of 5,000 planned in the window (100 %)');
    expect(lines.at(-1)).toMatch(/^Trust: yes\./);
  });

  describe('of which two thirds were answered in its window, and the rest after it', () => {
    // 1,500 requests/s for 10 s on a server of 997 a second: the backlog has drained before the timeout.
    const overload: Partial<LoadResult> = {
      rate_rps: 1500,
      requests: 15_000,
      ok: 15_000,
      in_flight_at_end: 5030,
      ok_in_window: 9970,
      answered_in_window: 9970,
      throughput_rps: 997,
      answered_rps: 997,
      latency_ms: { mean: 2500, p50: 2500, p90: 4500, p95: 4750, p99: 4950, p999: 5000, max: 5040 },
    };
    const lines = linesOf(overload);

    test('says how many came while it was made', () => {
      expect(lines).toContain('Answered    9,970 of 15,000 planned in the window (66 %)');
      expect(lines).toContain('Requests    15,000 planned in the window: 15,000 ok, 0 failed (0 %)');
    });

    test('has the finding, and is trusted in part only', () => {
      const text = lines.join(' ').replaceAll(/\s+/g, ' ');
      expect(text).toContain(
        'SUSPECT overloaded: Of 15,000 requests that arrived in the window 34 % were not answered',
      );
      expect(lines.at(-1)).toMatch(
        /^Trust: in part\. More was offered than was served, so the latencies say how long the window was\. Generator/,
      );
    });

    test('has it in the document too, without a cell or a trial', () => {
      const document = loadDocumentSchema.parse({
        ...openResult(overload),
        findings: loneFindings(openResult(overload)),
      });
      expect(document.findings).toEqual([
        expect.objectContaining({ rule: 'overloaded', severity: 'SUSPECT', says: expect.stringContaining('34 %') }),
      ]);
      expect(Object.keys(document.findings[0]!)).toEqual(['rule', 'severity', 'evidence', 'says', 'remedy']);
    });
  });

  test('counts the iterations of a sequence whose steps have one name', () => {
    const iterations = { begun: 5500, completed: 5500, broken: 0 };
    const lines = linesOf({ requests: 10_000, ok: 10_000, answered_in_window: 10_000, sent_total: 11_000, iterations });
    expect(lines[1]).toMatch(/^500 iterations\/s/);
    expect(lines).toContain('Iterations  5,500 begun in the whole run, 5,500 completed, 0 broken off');
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
