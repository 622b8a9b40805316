import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareSessions, type SessionComparison } from '../../../src/core/stats/session-comparison.ts';
import { MIN_SESSIONS, sessionSpread } from '../../../src/core/stats/session-spread.ts';

const SESSIONS = [100, 102, 99, 101, 98, 103, 100, 97];

describe('the spread of sessions', () => {
  it('is the standard deviation of ln of their means: 0.0200055 of these eight', () => {
    const spread = sessionSpread(SESSIONS);
    expect(spread).toMatchObject({ ok: true, n: 8 });
    expect(spread.ok && spread.sd).toBeCloseTo(0.020005544604908696, 12);
  });

  it('is not told from fewer than eight sessions', () => {
    expect(sessionSpread(SESSIONS.slice(1))).toEqual({ ok: false, reason: 'too-few', n: 7 });
    expect(sessionSpread([])).toEqual({ ok: false, reason: 'too-few', n: 0 });
  });

  it('is not told of values without a logarithm', () => {
    expect(sessionSpread([...SESSIONS, 0])).toMatchObject({ ok: false, reason: 'nonpositive' });
    expect(sessionSpread([...SESSIONS, Number.NaN])).toMatchObject({ ok: false, reason: 'not-finite' });
  });

  it('does not depend on the unit of the values', () => {
    const values = fc.array(fc.double({ min: 1, max: 1000, noNaN: true }), {
      minLength: MIN_SESSIONS,
      maxLength: 20,
    });
    fc.assert(
      fc.property(values, fc.double({ min: 0.01, max: 100, noNaN: true }), (xs, unit) => {
        const [one, other] = [sessionSpread(xs), sessionSpread(xs.map((x) => x * unit))];
        expect(one.ok && other.ok && Math.abs(one.sd - other.sd)).toBeLessThan(1e-9);
      }),
    );
  });
});

const A = [37.1, 37.8, 38.6];
const B = [19.1, 19.4, 20.2];
const higher = { a: A, b: B, better: 'higher' } as const;

function ok(result: SessionComparison): Extract<SessionComparison, { ok: true }> {
  if (!result.ok) throw new Error(`expected a comparison, got ${result.reason}`);
  return result;
}

describe('against another session', () => {
  it('adds 2·s²_session to se², with the degrees of freedom of the history: se 0.0347772, df 10.54108, (1.790614, 2.088537)', () => {
    const c = ok(compareSessions({ ...higher, session: { sd: 0.02, n: 8 } }));
    expect(c.se).toBeCloseTo(0.0347771818127217, 12);
    expect(c.df).toBeCloseTo(10.541080044257301, 9);
    expect([c.ratio, c.lo, c.hi].map((x) => x.toFixed(6))).toEqual(['1.933847', '1.790614', '2.088537']);
    expect(c.verdict).toBe('faster');
  });

  it('is Welch where sessions do not differ', () => {
    const c = ok(compareSessions({ ...higher, session: { sd: 0, n: 8 } }));
    expect([c.se.toFixed(7), c.df.toFixed(6)]).toEqual(['0.0202349', '3.541398']);
  });

  it('turns latency, and refuses what it cannot compute', () => {
    const session = { sd: 0.02, n: 8 };
    expect(ok(compareSessions({ ...higher, better: 'lower', session })).verdict).toBe('slower');
    expect(compareSessions({ ...higher, a: [1], session })).toEqual({ ok: false, reason: 'too-few' });
    expect(compareSessions({ ...higher, a: [0, 1], session })).toEqual({ ok: false, reason: 'nonpositive' });
    expect(compareSessions({ ...higher, a: [Infinity, 1], session })).toEqual({ ok: false, reason: 'not-finite' });
    expect(compareSessions({ ...higher, a: [1, 1], b: [2, 2], session: { sd: 0, n: 8 } })).toEqual({
      ok: false,
      reason: 'no-spread',
    });
  });

  it('is less sure the more sessions differ', () => {
    const sds = fc.tuple(
      fc.double({ min: 0, max: 0.5, noNaN: true }),
      fc.double({ min: 0.001, max: 0.5, noNaN: true }),
    );
    fc.assert(
      fc.property(sds, ([sd, more]) => {
        const close = ok(compareSessions({ ...higher, session: { sd, n: 8 } }));
        const wide = ok(compareSessions({ ...higher, session: { sd: sd + more, n: 8 } }));
        expect(wide.se).toBeGreaterThan(close.se);
        expect(wide.ratio).toBe(close.ratio);
      }),
    );
  });
});
