import { describe, expect, test } from 'vitest';
import { fitLine } from './line-fit.ts';
import { median } from './median.ts';
import { type Round, summarise } from './ratios.ts';

const runs = (...rates: number[]): Round[] =>
  rates.map((rps) => ({ rps, cpu_us_per_request: 1e6 / rps, memory_peak_mb: 10, server_busy: 0.5, void: false }));

describe('a comparison of load generators', () => {
  test('takes its ratios round by round, so that a slow round of both changes none', () => {
    const rows = summarise(
      new Map([
        ['ours', runs(100, 50, 120)],
        ['theirs', runs(50, 25, 40)],
      ]),
      'ours',
    );
    expect(rows).toEqual([
      {
        tool: 'ours',
        rps: 100,
        cpu_us_per_request: 10_000,
        memory_peak_mb: 10,
        server_busy: 0.5,
        rounds: 3,
        void_rounds: 0,
        base_by_this: { pairs: 3, median: 1, lowest: 1, highest: 1 },
      },
      {
        tool: 'theirs',
        rps: 40,
        cpu_us_per_request: 25_000,
        memory_peak_mb: 10,
        server_busy: 0.5,
        rounds: 3,
        void_rounds: 0,
        base_by_this: { pairs: 3, median: 2, lowest: 2, highest: 3 },
      },
    ]);
  });

  test('leaves out the rounds in which the engine calls its own run void, and says how many', () => {
    const ours = runs(100, 900, 120).map((run, round) => ({ ...run, void: round === 1 }));
    const of = (own: readonly Round[]) =>
      summarise(
        new Map([
          ['ours', own],
          ['theirs', runs(50, 25, 40)],
        ]),
        'ours',
      );
    const [own, theirs] = of(ours);
    expect(own).toMatchObject({ rps: 110, rounds: 3, void_rounds: 1 });
    expect(theirs).toMatchObject({ rps: 40, base_by_this: { pairs: 2, median: 2.5, lowest: 2, highest: 3 } });
    const none = of(ours.map((run) => ({ ...run, void: true })))[1];
    expect(none?.base_by_this).toEqual({ pairs: 0, median: Number.NaN, lowest: Number.NaN, highest: Number.NaN });
  });

  test('has the middle one of an odd number of values as its median, and the mean of two of an even one', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(median([])).toBeNaN();
  });
});

describe('a line through memory by the second', () => {
  test('has the slope and the start of values that lie on it', () => {
    expect(fitLine([5, 7, 9, 11])).toEqual({ slope: 2, start: 5 });
    expect(fitLine([4, 4, 4])).toEqual({ slope: 0, start: 4 });
  });

  test('is that of least squares where they do not', () => {
    // Sums worked out by hand: x̄ = 1, ȳ = 2, Σ(x−x̄)(y−ȳ) = 3, Σ(x−x̄)² = 2.
    const { slope, start } = fitLine([1, 1, 4]);
    expect(slope).toBeCloseTo(1.5, 12);
    expect(start).toBeCloseTo(0.5, 12);
  });
});
