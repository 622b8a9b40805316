import { describe, expect, test } from 'vitest';
import { loadText } from '../../src/report/load-text.ts';
import { latencyStats, loadResult, requestResult } from '../fixtures/load-result.ts';

const list = loadResult({
  iterations: { begun: 2003, completed: 1990, broken: 10 },
  by_request: [
    requestResult('POST /items'),
    requestResult('GET /items/{{id}}', {
      requests: 1000,
      ok: 980,
      failed: 20,
      latency_ms: { ...latencyStats, p99: 10_000, max: 10_000 },
    }),
  ],
});

describe('the text of a load of several requests', () => {
  test('has a row for each request in the order of the list', () => {
    const lines = loadText(list, 100).split('\n');
    expect(lines[0]).toBe('2 requests of a list on http://127.0.0.1:8080/test');
    const at = lines.findIndex((line) => line.startsWith('Latency, ms'));
    expect(lines[at]).toMatch(/^Latency, ms +requests +failed +mean +p50 +p95 +p99 +max$/);
    expect(lines[at + 1]).toMatch(/^POST \/items +1,000 +0 +0\.610 +0\.505 +1\.10 +2\.10 +17\.8$/);
    expect(lines[at + 3]).toBe('');
  });

  test('marks what lies among the failures of one request as a lower bound, and nothing else', () => {
    const row = loadText(list, 100)
      .split('\n')
      .find((line) => line.startsWith('GET /items'));
    expect(row).toMatch(/ 20 +≥ 0\.610 +0\.505 +1\.10 +≥ 10,000 +≥ 10,000$/);
  });

  test('is trusted in part where the server closes the connection within each sequence', () => {
    const closing = loadResult({ ...list, iterations: { begun: 2003, completed: 3, broken: 2000 } });
    expect(loadText(closing, 100).split('\n').at(-1)).toMatch(
      /^Trust: in part\. 100 % of the iterations were broken off without a failure/,
    );
    const whole = loadResult({ ...list, iterations: { begun: 2003, completed: 1990, broken: 10 } });
    expect(loadText(whole, 100).split('\n').at(-1)).toMatch(/^Trust: yes/);
  });

  test('says of which name a percentile is withheld, whatever is withheld of all', () => {
    const late = requestResult('POST /late', { latency_ms: { ...latencyStats, p99: null, max: null } });
    const lines = loadText(
      { ...list, by_request: [late, requestResult('GET /idle', { requests: 0, ok: 0 })] },
      100,
    ).split('\n');
    expect(lines.find((line) => line.startsWith('POST /late'))).toMatch(/1\.10 +withheld +withheld$/);
  });

  test('says how many iterations were begun, completed and broken off', () => {
    const line = 'Iterations  2,003 begun in the whole run, 1,990 completed, 10 broken off';
    expect(loadText(list, 100).split('\n')).toContain(line);
    const { by_request: _, ...single } = list;
    expect(loadText({ ...single, sent_total: 2003 }, 100)).not.toContain('Iterations');
  });

  test('gives columns up before names in a narrow terminal', () => {
    const long = { ...list, by_request: [requestResult(`GET /${'a'.repeat(40)}`)] };
    const lines = loadText(long, 60).split('\n');
    const head = lines.find((line) => line.startsWith('Latency, ms'));
    expect(head).not.toContain('p95');
    expect(head).toMatch(/p50 +p99$/);
  });

  test('lets no control character of a name act on a terminal', () => {
    const hostile = { ...list, by_request: [requestResult('GET /\u001B[2Jx')] };
    expect(loadText(hostile, 100)).not.toContain('\u001B');
  });
});
