import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { geometricInterval } from '../../../src/core/stats/cell-interval.ts';

const throughput = [37.1, 37.8, 38.6];
const values = fc.array(fc.double({ min: 1e-3, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 12 });

describe('the geometric interval of a cell', () => {
  it('gives exp of the t interval of ln x, worked by hand for three repetitions', () => {
    // ln: 3.613617, 3.632309, 3.653252; mean 3.633059, s 0.01982830; t(0.975, 2) = 4.302653.
    const interval = geometricInterval(throughput);
    expect(interval).toMatchObject({ ok: true, n: 3 });
    if (!interval.ok) return;
    expect(interval.value).toBeCloseTo(Math.cbrt(37.1 * 37.8 * 38.6), 10);
    expect(interval.sd_ln).toBeCloseTo(0.0198283, 7);
    expect(interval.half_width).toBeCloseTo(Math.expm1((4.30265273 * 0.0198283043) / Math.sqrt(3)), 8);
    expect(interval.hi / interval.value - 1).toBeCloseTo(interval.half_width, 12);
  });

  it('keeps the one value of a single repetition and says that there are too few for an interval', () => {
    expect(geometricInterval([19.63])).toEqual({ ok: false, reason: 'too-few', value: 19.63, n: 1 });
    expect(geometricInterval([])).toEqual({ ok: false, reason: 'too-few', value: null, n: 0 });
  });

  it('refuses values that have no logarithm, each with its reason', () => {
    expect(geometricInterval([1, 0, 2])).toEqual({ ok: false, reason: 'nonpositive', value: null, n: 3 });
    expect(geometricInterval([1, -3])).toMatchObject({ reason: 'nonpositive' });
    expect(geometricInterval([1, Number.NaN])).toMatchObject({ reason: 'not-finite' });
    expect(geometricInterval([Number.POSITIVE_INFINITY])).toMatchObject({ reason: 'not-finite', value: null });
  });

  it('does not call equal values from one histogram bucket exact: the spread is at least step/√12', () => {
    const interval = geometricInterval([12, 12, 12], { step: 0.008 });
    expect(interval).toMatchObject({ ok: true });
    if (!interval.ok) return;
    expect(interval.sd_ln).toBeCloseTo(0.008 / Math.sqrt(12) / 12, 12);
    expect(interval.lo).toBeLessThan(12);
    expect(interval.hi).toBeGreaterThan(12);
  });

  it('scales with the unit: milliseconds or microseconds give the same relative interval', () => {
    fc.assert(
      fc.property(values, (xs) => {
        const ms = geometricInterval(xs);
        const us = geometricInterval(xs.map((x) => x * 1000));
        if (!ms.ok || !us.ok) throw new Error('positive finite values always give an interval');
        expect(us.value / ms.value).toBeCloseTo(1000, 4);
        expect(us.sd_ln).toBeCloseTo(ms.sd_ln, 8);
      }),
    );
  });

  it('encloses its value, and the value lies between the smallest and the largest repetition', () => {
    fc.assert(
      fc.property(values, (xs) => {
        const interval = geometricInterval(xs);
        if (!interval.ok) throw new Error('positive finite values always give an interval');
        expect(interval.lo).toBeLessThanOrEqual(interval.value);
        expect(interval.hi).toBeGreaterThanOrEqual(interval.value);
        expect(interval.value).toBeGreaterThanOrEqual(Math.min(...xs) * (1 - 1e-9));
        expect(interval.value).toBeLessThanOrEqual(Math.max(...xs) * (1 + 1e-9));
      }),
    );
  });
});
