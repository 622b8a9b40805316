import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { binomialCdf } from '../../../src/core/stats/binomial.ts';
import { quantileRanks, rangeCoverageOfMedian } from '../../../src/core/stats/order-statistics.ts';

describe('ranks that enclose a quantile', () => {
  it.each([
    [1000, 0.5, 469, 532],
    [1000, 0.95, 936, 964],
    [1000, 0.99, 983, 997],
    [100, 0.95, 90, 100],
  ])('n = %d, q = %d: ranks %d to %d (SciPy)', (n, q, lower, upper) => {
    expect(quantileRanks(n, q)).toEqual({ lower, upper });
  });

  it('has no upper rank where the sample is too small for the tail', () => {
    expect(quantileRanks(20, 0.99).upper).toBeNull();
    expect(quantileRanks(3, 0.5)).toEqual({ lower: null, upper: null });
  });

  it('answers nothing for no sample or a quantile outside (0, 1)', () => {
    expect(quantileRanks(0, 0.5)).toEqual({ lower: null, upper: null });
    expect(quantileRanks(10, 1)).toEqual({ lower: null, upper: null });
  });

  it('is the tightest pair that keeps α/2 on each side', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), fc.double({ min: 0.01, max: 0.99, noNaN: true }), (n, q) => {
        const { lower, upper } = quantileRanks(n, q);
        const below = (k: number): number => (k < 0 ? 0 : binomialCdf(k, n, q));
        if (lower !== null) {
          expect(below(lower - 1)).toBeLessThanOrEqual(0.025);
          expect(below(lower)).toBeGreaterThan(0.025);
        }
        if (upper !== null) {
          expect(below(upper - 1)).toBeGreaterThanOrEqual(0.975);
          expect(below(upper - 2)).toBeLessThan(0.975);
        }
      }),
    );
  });
});

describe('how surely the range of the repetitions covers the median', () => {
  it.each([
    [3, 0.75],
    [5, 0.9375],
    [6, 0.96875],
  ])('n = %d: %d', (n, coverage) => {
    expect(rangeCoverageOfMedian(n)).toBe(coverage);
  });

  it('says nothing of a single repetition', () => {
    expect(rangeCoverageOfMedian(1)).toBeNull();
  });
});
