import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { comparePair } from '../../../src/core/stats/comparison.ts';
import type { BlockValue } from '../../../src/core/stats/comparison.ts';

const blocks = (values: readonly number[]): BlockValue[] => values.map((value, i) => ({ block: i + 1, value }));
const A = blocks([37.1, 37.8, 38.6]);
const B = blocks([19.1, 19.4, 20.2]);
const higher = { better: 'higher', shuffled: true } as const;

function ok(result: ReturnType<typeof comparePair>): Extract<ReturnType<typeof comparePair>, { ok: true }> {
  if (!result.ok) throw new Error(`expected a comparison, got ${result.reason}`);
  return result;
}

describe('A against B', () => {
  it('pairs shuffled blocks: ratio 1.933847 (1.884255, 1.984745) (SciPy)', () => {
    const c = ok(comparePair({ a: A, b: B, ...higher }));
    expect(c).toMatchObject({ method: 'paired', df: 2, verdict: 'faster', mde: null });
    expect([c.ratio, c.lo, c.hi].map((x) => x.toFixed(6))).toEqual(['1.933847', '1.884255', '1.984745']);
  });

  it('takes Welch without shuffling: se 0.0202349, df 3.541398, (1.822741, 2.051726) (SciPy)', () => {
    const c = ok(comparePair({ a: A, b: B, better: 'higher', shuffled: false }));
    expect(c.method).toBe('welch');
    expect(c.se.toFixed(7)).toBe('0.0202349');
    expect(c.df.toFixed(6)).toBe('3.541398');
    expect([c.lo, c.hi].map((x) => x.toFixed(6))).toEqual(['1.822741', '2.051726']);
  });

  it('takes Welch when fewer than three blocks hold both sides, whatever was shuffled', () => {
    const c = ok(comparePair({ a: A, b: B.slice(0, 2), ...higher }));
    expect(c.method).toBe('welch');
  });

  it('pairs by block number and leaves out blocks that lost a side', () => {
    const a = [...A, { block: 4, value: 1 }];
    const b = [...B].reverse();
    expect(ok(comparePair({ a, b, ...higher })).ratio.toFixed(6)).toBe('1.933847');
  });

  it('turns latency so that above 1 is still better', () => {
    const c = ok(comparePair({ a: A, b: B, better: 'lower', shuffled: true }));
    expect(c.ratio.toFixed(6)).toBe((1 / 1.9338473).toFixed(6));
    expect(c.verdict).toBe('slower');
  });

  it('is the mirror image of B against A', () => {
    const value = fc.double({ min: 0.5, max: 500, noNaN: true });
    const side = fc.array(value, { minLength: 3, maxLength: 8 });
    const mirrored = { faster: 'slower', slower: 'faster', equivalent: 'equivalent', inconclusive: 'inconclusive' };
    fc.assert(
      fc.property(side, side, fc.boolean(), (x, y, shuffled) => {
        const forth = comparePair({ a: blocks(x), b: blocks(y), better: 'higher', shuffled });
        const back = comparePair({ a: blocks(y), b: blocks(x), better: 'higher', shuffled });
        if (!forth.ok || !back.ok) {
          expect(forth).toEqual(back);
          return;
        }
        expect(forth.ratio * back.ratio).toBeCloseTo(1, 9);
        expect(Math.log(forth.lo) + Math.log(back.hi)).toBeCloseTo(0, 6);
        expect(back.verdict).toBe(mirrored[forth.verdict]);
      }),
    );
  });

  it('says inconclusive with the smallest difference it would have seen', () => {
    const c = ok(comparePair({ a: blocks([100, 110, 90]), b: blocks([98, 101, 104]), ...higher, shuffled: false }));
    expect(c.verdict).toBe('inconclusive');
    expect(c.mde).toBeGreaterThan(0.03);
    // (1 + m)·exp((t.975 + t.80)·se) − 1 with df 2.63 from the data: above the half-width of the interval.
    expect(c.mde).toBeGreaterThan(c.hi / c.ratio - 1);
  });

  it('says equivalent only when the whole interval lies inside the margin', () => {
    const near = comparePair({ a: blocks([100, 100.2, 99.9]), b: blocks([100.1, 100, 100.1]), ...higher });
    expect(near).toMatchObject({ ok: true, verdict: 'equivalent' });
    const strict = comparePair({ a: blocks([100, 100.2, 99.9]), b: blocks([100.1, 100, 100.1]), ...higher, margin: 0 });
    expect(strict).toMatchObject({ ok: true, verdict: 'inconclusive' });
  });

  it('has p under α/2 exactly when the verdict is faster or slower', () => {
    const side = fc.array(fc.double({ min: 50, max: 80, noNaN: true }), { minLength: 3, maxLength: 6 });
    fc.assert(
      fc.property(side, side, (x, y) => {
        const c = comparePair({ a: blocks(x), b: blocks(y), better: 'higher', shuffled: false });
        if (!c.ok || Math.abs(c.p - 0.025) < 1e-9) return;
        expect(c.p < 0.025).toBe(c.verdict === 'faster' || c.verdict === 'slower');
      }),
    );
  });

  it('answers a reason where a comparison is not defined, never NaN', () => {
    expect(comparePair({ a: A, b: B.slice(0, 1), ...higher })).toEqual({ ok: false, reason: 'too-few' });
    expect(comparePair({ a: [], b: [], ...higher })).toEqual({ ok: false, reason: 'too-few' });
    expect(comparePair({ a: blocks([0, 1, 2]), b: A, ...higher })).toEqual({ ok: false, reason: 'nonpositive' });
    expect(comparePair({ a: blocks([Number.NaN, 1]), b: A, ...higher })).toEqual({ ok: false, reason: 'not-finite' });
    expect(comparePair({ a: blocks([5, 5, 5]), b: blocks([4, 4, 4]), ...higher })).toEqual({
      ok: false,
      reason: 'no-spread',
    });
  });

  it('uses the histogram step as the floor of a spread of zero', () => {
    const c = ok(
      comparePair({ a: blocks([5, 5, 5]), b: blocks([4, 4, 4]), better: 'lower', shuffled: true, step: 0.004 }),
    );
    expect(c.se).toBeCloseTo(Math.hypot(0.004 / 5, 0.004 / 4) / Math.sqrt(12) / Math.sqrt(3), 12);
    expect(c.verdict).toBe('slower');
  });
});
