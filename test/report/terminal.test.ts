import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderSummary } from '../../src/report/terminal.ts';
import { makeResults } from '../fixtures/results.ts';

const widest = (text: string): number => Math.max(...text.split('\n').map((line) => Array.from(line).length));

describe('the summary for a terminal', () => {
  it('is what it was, for the paper’s matrix at 100 columns', async () => {
    await expect(renderSummary(makeResults(), { width: 100, color: false })).toMatchFileSnapshot(
      'golden/paper-100.txt',
    );
  });

  it('is what it was, for one trial a cell at 80 columns in colour', async () => {
    const results = makeResults({ workers: [1], users: [50], connections: [16], repetitions: 1 });
    await expect(renderSummary(results, { width: 80, color: true })).toMatchFileSnapshot('golden/one-80-colour.txt');
  });

  it('never uses more columns than there are, nor more than 100', () => {
    const results = makeResults();
    for (let width = 60; width <= 140; width += 1)
      expect(widest(renderSummary(results, { width, color: false })), `at ${width}`).toBeLessThanOrEqual(
        Math.min(100, width),
      );
  });

  it('names every cell with its throughput, and marks what may not be believed', () => {
    const text = renderSummary(makeResults(), { width: 100, color: false });
    expect(text.match(/^ {2}(FastAPI|Django) \([AW]SGI\) {1,3}\d/gm)?.length).toBe(36);
    expect(text).toMatch(/FastAPI \(ASGI\) {2}4 +— +— +— +— +generator-bound +invalid/);
    expect(text).toMatch(/Django \(WSGI\) {3}1 +64\.\d ±\d\.\d .*waiting for users +suspect/);
    expect(text).toContain(
      'Django (ASGI), 1 worker, 100 users:\n    the paper printed 19.98 requests/s, p95 5,700 ms\n    this machine says 66.',
    );
  });

  it('gives up first the percentiles that no cell vouches for, and then not the median', () => {
    const results = makeResults();
    const none = (name: 'latency_p95_ms' | 'latency_p99_ms') => ({
      [name]: { value: null, lo: null, hi: null, sd: null, cv: null, n: 0, reason: 'withheld' },
    });
    const withheld = {
      ...results,
      cells: results.cells.map((cell) => ({ ...cell, ...none('latency_p95_ms'), ...none('latency_p99_ms') })),
    };
    const text = renderSummary(withheld, { width: 80, color: false });
    expect(text).toContain('median ms');
    expect(text).not.toMatch(/p9[59] ms/);
  });

  it('says nothing of the paper where the cells are others', () => {
    expect(renderSummary(makeResults({ users: null }), { width: 100, color: false })).not.toContain('the paper');
  });

  it('writes no control characters from specs and servers, and escapes only when colour is wanted', () => {
    const hostile = '\u001b[2J\u0007evil\u202e\r\ntext\u009b31m';
    const plain = renderSummary(makeResults({ text: hostile }), { width: 80, color: false });
    // oxlint-disable-next-line no-control-regex -- these are what must not be there
    expect(plain).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
    expect(plain).toContain('evil');
    expect(renderSummary(makeResults(), { width: 80, color: true })).toContain('\u001b[');
  });

  it('writes something readable at any stage of a running experiment', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 108 }), (done) => {
        const text = renderSummary(makeResults({ done }), { width: 90, color: false });
        expect(text).toContain(`${done} of 108 trials`);
        expect(text).not.toMatch(/NaN|undefined|Infinity|null/);
      }),
      { numRuns: 25 },
    );
  });
});
