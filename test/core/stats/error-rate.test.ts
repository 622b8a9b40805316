import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { errorRate } from '../../../src/core/stats/error-rate.ts';
import { wilsonInterval } from '../../../src/core/stats/wilson.ts';

function pct(failed: number, total: number): string[] {
  const rate = errorRate([{ failed, total }]);
  if (!rate.ok) throw new Error(rate.reason);
  return [rate.lo, rate.hi].map((x) => (100 * x).toFixed(3));
}

describe('the error rate', () => {
  it('has the Wilson interval of a single run (SciPy)', () => {
    expect(pct(165, 4775)).toEqual(['2.974', '4.012']);
    expect(pct(0, 9057)).toEqual(['0.000', '0.042']);
    expect(pct(0, 20)).toEqual(['0.000', '16.113']);
  });

  it('is exactly 0 or 1 at the end where every request did the same', () => {
    expect(errorRate([{ failed: 0, total: 20 }])).toMatchObject({ value: 0, lo: 0 });
    expect(errorRate([{ failed: 20, total: 20 }])).toMatchObject({ value: 1, hi: 1 });
  });

  it('widens when failures came in one repetition: φ = 24.91, t(2) for z', () => {
    const burst = errorRate([
      { failed: 1, total: 1000 },
      { failed: 30, total: 1000 },
      { failed: 2, total: 1000 },
    ]);
    if (!burst.ok) throw new Error(burst.reason);
    // Σ(k − 11)²/(11·0.989)/2 = (100 + 361 + 81)/10.879/2
    expect(burst.overdispersion).toBeCloseTo((100 + 361 + 81) / (11 * 0.989) / 2, 10);
    const byHand = wilsonInterval(33 / burst.overdispersion, 3000 / burst.overdispersion, 4.302652729749462);
    expect(burst.lo).toBeCloseTo(byHand.lo, 10);
    expect(burst.hi).toBeCloseTo(byHand.hi, 10);
  });

  it('stays with Wilson on the sums when repetitions agree as well as chance allows', () => {
    const even = errorRate([
      { failed: 10, total: 1000 },
      { failed: 11, total: 1000 },
      { failed: 12, total: 1000 },
    ]);
    expect(even).toMatchObject({ ok: true, overdispersion: 1, failed: 33, total: 3000, n: 3 });
    if (even.ok) expect(even.hi).toBeCloseTo(wilsonInterval(33, 3000, 1.959963984540054).hi, 12);
  });

  it('leaves out repetitions that sent nothing and says so when none sent anything', () => {
    expect(
      errorRate([
        { failed: 0, total: 0 },
        { failed: 1, total: 50 },
      ]),
    ).toMatchObject({ n: 1, total: 50 });
    expect(errorRate([{ failed: 0, total: 0 }])).toEqual({ ok: false, reason: 'no-requests' });
    expect(errorRate([])).toEqual({ ok: false, reason: 'no-requests' });
    expect(errorRate([{ failed: 3, total: 2 }])).toEqual({ ok: false, reason: 'not-a-count' });
  });

  it('always lies inside its interval, and the interval inside [0, 1]', () => {
    const count = fc.tuple(fc.nat(500), fc.nat(500)).map(([failed, good]) => ({ failed, total: failed + good }));
    fc.assert(
      fc.property(fc.array(count, { maxLength: 6 }), (counts) => {
        const rate = errorRate(counts);
        if (!rate.ok) {
          expect(rate.reason).toBe('no-requests');
          return;
        }
        expect(rate.lo).toBeGreaterThanOrEqual(0);
        expect(rate.lo).toBeLessThanOrEqual(rate.value + 1e-12);
        expect(rate.hi).toBeGreaterThanOrEqual(rate.value - 1e-12);
        expect(rate.hi).toBeLessThanOrEqual(1);
      }),
    );
  });
});
