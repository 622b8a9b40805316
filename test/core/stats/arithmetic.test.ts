import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  arithmeticInterval,
  coefficientOfVariation,
  mean,
  standardDeviation,
  variance,
} from '../../../src/core/stats/arithmetic.ts';

describe('arithmetic moments', () => {
  it('gives the known interval of {37.1, 37.8, 38.6} (SciPy)', () => {
    const interval = arithmeticInterval([37.1, 37.8, 38.6]);
    if (!interval.ok) throw new Error('three values give an interval');
    expect(interval.value.toFixed(4)).toBe('37.8333');
    expect(interval.half_width.toFixed(6)).toBe('1.864483');
    expect(interval.sd.toFixed(7)).toBe('0.7505553');
  });

  it('gives the known interval of {11, 12, 17, 22, 15} (SciPy)', () => {
    const interval = arithmeticInterval([11, 12, 17, 22, 15]);
    if (!interval.ok) throw new Error('five values give an interval');
    expect(interval.value).toBeCloseTo(15.4, 12);
    expect(interval.lo.toFixed(6)).toBe('9.945151');
    expect(interval.hi.toFixed(6)).toBe('20.854849');
  });

  it('has no spread under two values and no coefficient of variation about a mean that is not positive', () => {
    expect(mean([])).toBeNull();
    expect(standardDeviation([3])).toBeNull();
    expect(coefficientOfVariation([3])).toBeNull();
    expect(coefficientOfVariation([-1, 1])).toBeNull();
    expect(arithmeticInterval([3])).toEqual({ ok: false, reason: 'too-few', value: 3, n: 1 });
  });

  it('keeps its digits when the values are large and close together', () => {
    // NIST StRD, data set NumAcc3: 1,001 values about 1,000,000.2, certified s = 0.1.
    const values = [1_000_000.2, ...Array.from({ length: 1000 }, (_, i) => 1_000_000 + (i % 2 === 0 ? 0.1 : 0.3))];
    expect(standardDeviation(values)).toBeCloseTo(0.1, 8);
  });

  it('does not change its variance when a constant is added', () => {
    const whole = fc.integer({ min: -1000, max: 1000 });
    fc.assert(
      fc.property(fc.array(whole, { minLength: 2, maxLength: 20 }), whole, (xs, shift) => {
        expect(variance(xs.map((x) => x + shift))).toBeCloseTo(variance(xs) ?? Number.NaN, 6);
      }),
    );
  });
});
