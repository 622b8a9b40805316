import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeHistogram,
  emptyHistogram,
  encodeHistogram,
  type Histogram,
  meanMs,
  mergeHistograms,
  quantileMs,
  recordUs,
  stepMs,
} from '../../src/core/histogram.ts';
import { seededRandom } from '../../src/core/random.ts';

function histogramOf(us: Iterable<number>): Histogram {
  const histogram = emptyHistogram();
  for (const value of us) recordUs(histogram, value);
  return histogram;
}

/** Nearest rank: the value of rank ⌈qn⌉. Ranks of percentages in whole numbers, free of rounding. */
function nearestRank(sorted: ArrayLike<number>, perMille: number): number {
  const rank = Math.max(1, Math.ceil((perMille * sorted.length) / 1000));
  return sorted[rank - 1]!;
}

const PER_MILLE = [1, 100, 500, 900, 950, 990, 999, 1000];

describe('quantiles', () => {
  test('are nearest ranks of the sorted samples, within half a step above and never below', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 3_600_000_000 }), { minLength: 1, maxLength: 300 }), (us) => {
        const histogram = histogramOf(us);
        const sorted = [...us].sort((a, b) => a - b);
        for (const perMille of PER_MILLE) {
          const expected = nearestRank(sorted, perMille) / 1000;
          const seen = quantileMs(histogram, perMille / 1000)!;
          expect(seen).toBeGreaterThanOrEqual(expected);
          expect(seen - expected).toBeLessThanOrEqual(stepMs(expected));
        }
      }),
      { numRuns: 200 },
    );
  });

  test('are exact below 2,048 µs', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 2047 }), { minLength: 1, maxLength: 500 }), (us) => {
        const histogram = histogramOf(us);
        const sorted = [...us].sort((a, b) => a - b);
        for (const perMille of PER_MILLE)
          expect(quantileMs(histogram, perMille / 1000)).toBe(nearestRank(sorted, perMille) / 1000);
      }),
    );
  });

  test('100 requests at 10 ms and 900 at 100 ms have a pooled p95 of 100 ms, not the 55 ms of averaged percentiles', () => {
    const fast = histogramOf(Array.from({ length: 100 }, () => 10_000));
    const slow = histogramOf(Array.from({ length: 900 }, () => 100_000));
    expect(quantileMs(mergeHistograms([fast, slow]), 0.95)).toBeCloseTo(100, 1);
    expect((quantileMs(fast, 0.95)! + quantileMs(slow, 0.95)!) / 2).toBeCloseTo(55, 1);
  });

  test('of no samples are null', () => {
    expect(quantileMs(emptyHistogram(), 0.5)).toBeNull();
    expect(meanMs(emptyHistogram())).toBeNull();
  });

  test('a million samples: every tested percentile within 0.1 % or 0.5 µs of the sorted array, the mean too', () => {
    const random = seededRandom(11);
    // Log-uniform from 50 µs to 20 s.
    const us = Float64Array.from({ length: 1_000_000 }, () => Math.round(50 * 400_000 ** random()));
    const histogram = histogramOf(us);
    const sorted = us.toSorted();
    for (const perMille of PER_MILLE) {
      const expected = nearestRank(sorted, perMille);
      const error = Math.abs(quantileMs(histogram, perMille / 1000)! * 1000 - expected);
      expect(error).toBeLessThanOrEqual(Math.max(0.5, 0.001 * expected));
    }
    const mean = us.reduce((sum, x) => sum + x, 0) / us.length;
    expect(Math.abs(meanMs(histogram)! * 1000 - mean)).toBeLessThanOrEqual(0.001 * mean);
  });
});

describe('merging and encoding', () => {
  const samples = fc.array(fc.integer({ min: 1, max: 60_000_000 }), { maxLength: 200 });

  test('merged histograms equal the histogram of the pooled samples', () => {
    fc.assert(
      fc.property(fc.array(samples, { minLength: 1, maxLength: 5 }), (parts) => {
        const merged = mergeHistograms(parts.map(histogramOf));
        expect(encodeHistogram(merged)).toBe(encodeHistogram(histogramOf(parts.flat())));
      }),
      { numRuns: 50 },
    );
  });

  test('what is encoded decodes to the same counts', () => {
    fc.assert(
      fc.property(samples, (us) => {
        const decoded = decodeHistogram(encodeHistogram(histogramOf(us)));
        expect(decoded.totalCount).toBe(us.length);
        for (const perMille of PER_MILLE)
          expect(quantileMs(decoded, perMille / 1000)).toBe(quantileMs(histogramOf(us), perMille / 1000));
      }),
      { numRuns: 50 },
    );
  });

  test('counts beyond 32 bits are exact, merged and decoded', () => {
    const histogram = emptyHistogram();
    recordUs(histogram, 1, 2 ** 31);
    recordUs(histogram, 1, 2 ** 31);
    recordUs(histogram, 7_000, 3);
    const merged = decodeHistogram(encodeHistogram(mergeHistograms([histogram, histogram])));
    expect(merged.totalCount).toBe(2 ** 33 + 6);
    expect([quantileMs(merged, 0.999), quantileMs(merged, 1)! > 6.9]).toEqual([0.001, true]);
  });

  test('merging decoded histograms does not change them', () => {
    const encoded = encodeHistogram(histogramOf([5, 7_000, 9_000_000]));
    const decoded = decodeHistogram(encoded);
    mergeHistograms([decoded, decoded]);
    expect(encodeHistogram(decoded)).toBe(encoded);
  });
});

describe('recordUs', () => {
  test('loses no sample: what is out of range counts at its edge', () => {
    const histogram = histogramOf([-5, 0, 0.4, 4e9]);
    expect(histogram.totalCount).toBe(4);
    expect(quantileMs(histogram, 0.75)).toBe(0.001);
    expect(quantileMs(histogram, 1)! / 3_600_000).toBeCloseTo(1, 3);
  });

  test('rounds to whole microseconds', () => {
    expect(quantileMs(histogramOf([1.6]), 1)).toBe(0.002);
  });
});

test('a step is the width of the bucket: 1 µs below 2,048 µs, then doubling', () => {
  const steps = [0.5, 2.047, 2.048, 4.1, 100].map((ms) => stepMs(ms) * 1000);
  expect(steps).toEqual([1, 1, 2, 4, 64]);
});
