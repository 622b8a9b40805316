import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holm } from '../../../src/core/stats/holm.ts';

const ps = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 });

describe('Holm', () => {
  it('adjusts {.01, .04, .03, .005} to {.03, .06, .06, .02}, in the order given', () => {
    expect(holm([0.01, 0.04, 0.03, 0.005]).map((p) => p.toFixed(6))).toEqual([
      '0.030000',
      '0.060000',
      '0.060000',
      '0.020000',
    ]);
  });

  it('leaves a family of one alone and has nothing to say of none', () => {
    expect(holm([0.2])).toEqual([0.2]);
    expect(holm([])).toEqual([]);
  });

  it('never makes a p smaller, never exceeds 1, never changes the order', () => {
    fc.assert(
      fc.property(ps, (family) => {
        const adjusted = holm(family);
        family.forEach((p, i) => {
          expect(adjusted[i]).toBeGreaterThanOrEqual(p);
          expect(adjusted[i]).toBeLessThanOrEqual(1);
          family.forEach((q, j) => {
            if (p < q) expect(adjusted[i]!).toBeLessThanOrEqual(adjusted[j]!);
          });
        });
      }),
    );
  });
});
