import { describe, expect, it } from 'vitest';
import { compareResults } from '../../src/core/compare/compare-results.ts';
import type { Results } from '../../src/core/results.ts';
import { noiseReport, type NoiseTrial } from '../../src/core/noise/noise-report.ts';
import { renderComparison } from '../../src/report/compare-text.ts';
import { renderNoiseText } from '../../src/report/noise-text.ts';
import { makeResults } from '../fixtures/results.ts';

const A = makeResults({ seed: 1, repetitions: 5 });
const widest = (text: string): number => Math.max(...text.split('\n').map((line) => Array.from(line).length));

/** B: another experiment, whose throughputs are those of A times `by`. */
function other(by: number, over: Partial<Results> = {}): Results {
  return {
    ...A,
    experiment: { ...A.experiment, id: 'exp_b', name: 'Another', labels: { commit: '0123456789abcdef' } },
    trials: A.trials.map((trial) => ({ ...trial, throughput_rps: (trial.throughput_rps ?? 0) * by })),
    ...over,
  };
}

describe('a comparison on a terminal', () => {
  it('has each cell with ratio, interval and verdict by metric, and says what the intervals leave out', () => {
    const text = renderComparison(compareResults(A, other(0.8)), { width: 100, color: false });
    expect(text).toMatch(/^B: Another \(exp_b, 2026-07-14 10:31 UTC, commit 0123456789ab\)$/m);
    expect(text).toMatch(/^fastapi\.w1\.c16\n {2}throughput +0\.800× \(0\.\d+–0\.\d+\) worse$/m);
    expect(text).toMatch(/^ {2}mean latency +1\.000× \(/m);
    expect(text.replaceAll(/\s+/g, ' ')).toContain('hold nothing of what differs from session to session');
  });

  it('signs a ratio of which one value is a lower bound', () => {
    const signed = (by: number): string => {
      const compared = compareResults(A, other(by));
      const cells = compared.cells.map((cell) => ({
        ...cell,
        comparisons: cell.comparisons.map((pair) => ({ ...pair, bound: pair.metric === 'throughput_rps' })),
      }));
      return renderComparison({ ...compared, cells }, { width: 100, color: false });
    };
    expect(signed(0.8)).toMatch(/^fastapi\.w1\.c16\n {2}throughput +≤ 0\.800× \(/m);
    expect(signed(1.25)).toMatch(/^fastapi\.w1\.c16\n {2}throughput +≥ 1\.250× \(/m);
    expect(signed(0.8)).toMatch(/^ {2}mean latency +1\.000× \(/m);
  });

  it('says why there is nothing to compare, at once or in a cell', () => {
    const elsewhere = other(1, { host: { ...A.host!, digest: 'f'.repeat(64) } });
    expect(renderComparison(compareResults(A, elsewhere), { width: 100, color: false })).toContain(
      'Not comparable: they were measured on different hosts.',
    );
    const fewer = other(1, { cells: A.cells.slice(1) });
    expect(renderComparison(compareResults(A, fewer), { width: 100, color: false })).toContain(
      `${A.cells[0]!.cell}: not comparable, only A has this cell`,
    );
  });

  it('keeps within the width, and never over 100 columns', () => {
    for (const width of [60, 80, 200])
      expect(widest(renderComparison(compareResults(A, other(1.01)), { width, color: false }))).toBeLessThanOrEqual(
        Math.min(100, width),
      );
  });

  it('has colours only when asked', () => {
    expect(renderComparison(compareResults(A, other(0.8)), { width: 100, color: true })).toContain('\u001b[31m');
    expect(renderComparison(compareResults(A, other(0.8)), { width: 100, color: false })).not.toContain('\u001b');
  });
});

describe('the noise of a host on a terminal', () => {
  const trials = (a: readonly number[], b: readonly number[]): NoiseTrial[] =>
    [a, b].flatMap((values, side) =>
      values.map((throughput_rps, i) => ({
        block: i + 1,
        side: side === 0 ? ('a' as const) : ('b' as const),
        throughput_rps,
        latency_mean_ms: 16_000 / throughput_rps,
        latency_p95_ms: null,
        void: false,
      })),
    );
  const setup = { width: 80, window_s: 2, server_cpus: [0], generator_cpus: [1] };
  const steady = noiseReport(trials([100, 101, 99, 100.5, 99.5], [100.2, 100.7, 99.3, 100.4, 99.4]));

  it('says what would show and how many repetitions a gate needs', () => {
    const text = renderNoiseText(steady, setup).replaceAll(/\s+/g, ' ');
    expect(text).toContain('5 blocks of two runs of 2 s, server on cores 0, generator on 1.');
    expect(text).toMatch(
      /throughput: 1\.000× \(0\.997–1\.003\), varies by 0\.2 % from block to block; 3\.4 % or more would show/,
    );
    expect(text).toContain('p95 latency: the generator was late too often to vouch for it');
    expect(text).toContain('A gate here shows 5 % with 3 repetitions and 10 % with 3 repetitions.');
    expect(text).not.toContain('cry wolf');
    expect(widest(renderNoiseText(steady, setup))).toBeLessThanOrEqual(80);
  });

  it('says so when equal servers were called different', () => {
    expect(renderNoiseText(noiseReport(trials([37.1, 37.8, 38.6], [19.1, 19.4, 20.2])), setup)).toContain('cry wolf');
  });
});
