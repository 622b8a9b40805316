import { describe, expect, it } from 'vitest';
import { normalQuantile } from '../../../src/core/stats/normal.ts';
import { tQuantile, tUpperTail } from '../../../src/core/stats/student-t.ts';

describe('distribution functions', () => {
  it.each([
    [1, 12.7062],
    [2, 4.30265],
    [4, 2.77645],
    [30, 2.04227],
  ])("Student's t(0.975, %d) is the tabled %d", (df, tabled) => {
    expect(tQuantile(0.975, df)).toBeCloseTo(tabled, 4);
  });

  it('takes degrees of freedom that are not whole', () => {
    expect(tUpperTail(tQuantile(0.9, 3.54), 3.54)).toBeCloseTo(0.1, 9);
  });

  it('keeps the digits of a small tail', () => {
    // Closed form for 5 df: 1/2 − (θ + sin θ·(cos θ + 2/3·cos³ θ))/π with θ = atan(40/√5): 9.205981e-8.
    expect(tUpperTail(40, 5)).toBeCloseTo(9.205981e-8, 13);
  });

  it('the normal quantile of 0.975 is 1.959964', () => {
    expect(normalQuantile(0.975).toFixed(6)).toBe('1.959964');
  });
});
