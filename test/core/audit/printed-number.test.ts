import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coarseRangeOf, overlap, printedNumberSchema, rangeOf } from '../../../src/core/audit/printed-number.ts';

describe('a printed number', () => {
  it('stands for half a unit of its last decimal on each side; a string keeps its zeros', () => {
    expect(rangeOf(printedNumberSchema.parse('12.70')).lo).toBeCloseTo(12.695, 12);
    expect(rangeOf(printedNumberSchema.parse('12.70')).hi).toBeCloseTo(12.705, 12);
    expect(rangeOf(printedNumberSchema.parse(12.7)).lo).toBeCloseTo(12.65, 12);
  });

  it('may hide rounding in the zeros at its end', () => {
    expect(coarseRangeOf(printedNumberSchema.parse('7200'))).toEqual({ lo: 7150, hi: 7250 });
    expect(coarseRangeOf(printedNumberSchema.parse('1000'))).toEqual({ lo: 500, hi: 1500 });
    expect(coarseRangeOf(printedNumberSchema.parse('19.30'))).toEqual(rangeOf(printedNumberSchema.parse('19.30')));
    expect(coarseRangeOf(printedNumberSchema.parse(0))).toEqual({ lo: -0.5, hi: 0.5 });
  });

  it('refuses what is no number', () => {
    for (const bad of ['', '1,931', 'n/a', '1e5', Number.NaN, Number.POSITIVE_INFINITY, '9'.repeat(400)])
      expect(printedNumberSchema.safeParse(bad).success).toBe(false);
  });

  it('always holds the value that it was rounded from', () => {
    const value = fc.double({ min: 0, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(value, fc.integer({ min: 0, max: 6 }), (x, decimals) => {
        expect(overlap(rangeOf(printedNumberSchema.parse(x.toFixed(decimals))), { lo: x, hi: x })).toBe(true);
      }),
    );
  });
});
