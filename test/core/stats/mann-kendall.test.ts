import { describe, expect, test } from 'vitest';
import { mannKendall } from '../../../src/core/stats/mann-kendall.ts';

describe('Mann–Kendall', () => {
  test('1 to 5 have S 10, z 2.2045, p 0.0275 (statistics page)', () => {
    const trend = mannKendall([1, 2, 3, 4, 5])!;
    expect(trend.s).toBe(10);
    expect(trend.z).toBeCloseTo(2.2045, 4);
    expect(trend.p).toBeCloseTo(0.0275, 4);
  });

  test('what falls has the same p and the other sign', () => {
    const [up, down] = [mannKendall([1, 3, 4, 6, 8, 9])!, mannKendall([9, 8, 6, 4, 3, 1])!];
    expect(down.s).toBe(-up.s);
    expect(down.z).toBeCloseTo(-up.z, 12);
    expect(down.p).toBeCloseTo(up.p, 12);
    expect(up.p).toBeLessThan(0.01);
  });

  test('equal values make the variance smaller: 1, 1, 2, 2 have S 4 of a variance of (156 − 36) / 18', () => {
    const trend = mannKendall([1, 1, 2, 2])!;
    expect(trend.s).toBe(4);
    expect(trend.z).toBeCloseTo(3 / Math.sqrt(120 / 18), 10);
  });

  test('two values, and values that are all equal, have no trend', () => {
    expect(mannKendall([1, 2])).toBeNull();
    expect(mannKendall([3, 3, 3, 3])).toBeNull();
  });
});
