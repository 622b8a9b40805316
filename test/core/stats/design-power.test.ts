import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/core/random.ts';
import { comparePair } from '../../../src/core/stats/comparison.ts';
import { type DesignSpread, repetitionsNeeded } from '../../../src/core/stats/design-power.ts';

const paired = (sd: number): DesignSpread => ({ design: 'paired', sd });

describe('repetitions needed', () => {
  it('are those whose smallest visible difference is the effect (t quantiles by numerical integration)', () => {
    expect(repetitionsNeeded({ spread: paired(0.03), margin: 0.03, effect: 0.1, most: 100 })).toBe(4);
    expect(repetitionsNeeded({ spread: paired(0.01), margin: 0.03, effect: 0.05, most: 100 })).toBe(5);
    expect(repetitionsNeeded({ spread: paired(0.02), margin: 0.03, effect: 0.05, power: 0.9, most: 100 })).toBe(14);
  });

  it('are never fewer than the three blocks that pair, and none do for an effect inside the margin', () => {
    expect(repetitionsNeeded({ spread: paired(0), margin: 0.03, effect: 0.031, most: 100 })).toBe(3);
    expect(repetitionsNeeded({ spread: paired(0.001), margin: 0.03, effect: 0.03, most: 100 })).toBeNull();
  });

  it('are none when more would be needed than there may be', () => {
    expect(repetitionsNeeded({ spread: paired(0.02), margin: 0.03, effect: 0.05, power: 0.9, most: 13 })).toBeNull();
  });

  it('cannot do away with what differs between sessions', () => {
    const spread = { design: 'sessions', sd: 0.01, session_sd: 0.02, sessions: 20 } as const;
    expect(repetitionsNeeded({ spread, margin: 0.03, effect: 0.05, most: 1000 })).toBeNull();
    expect(repetitionsNeeded({ spread, margin: 0.03, effect: 0.15, most: 1000 })).toBeLessThan(10);
  });

  it('grow with the spread and the power, and shrink with the effect', () => {
    const of = (sd: number, effect: number, power: number) =>
      repetitionsNeeded({ spread: paired(sd), margin: 0.03, effect, power, most: 10_000 }) ?? Infinity;
    const sd = fc.double({ min: 0.001, max: 0.05, noNaN: true });
    const effect = fc.double({ min: 0.04, max: 0.5, noNaN: true });
    const power = fc.double({ min: 0.5, max: 0.95, noNaN: true });
    fc.assert(
      fc.property(sd, effect, power, (s, e, p) => {
        const n = of(s, e, p);
        expect(of(s * 1.5, e, p)).toBeGreaterThanOrEqual(n);
        expect(of(s, e, p + 0.04)).toBeGreaterThanOrEqual(n);
        expect(of(s, e * 1.5, p)).toBeLessThanOrEqual(n);
      }),
    );
  });

  it('call a true +10 % slower about as often as promised, over 2,000 seeded gates', () => {
    const draw = seededRandom(5, 'power');
    const normal = () => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
    const n = repetitionsNeeded({ spread: paired(0.03), margin: 0.03, effect: 0.1, power: 0.9, most: 100 })!;
    const gate = () => {
      const base = Array.from({ length: n }, (_, i) => ({ block: i, value: 100 * Math.exp(0.021 * normal()) }));
      const head = base.map(({ block }) => ({ block, value: (100 / 1.1) * Math.exp(0.0214 * normal()) }));
      return comparePair({ a: head, b: base, better: 'higher', shuffled: true });
    };
    const slower = Array.from({ length: 2000 }, gate).filter((c) => c.ok && c.verdict === 'slower').length;
    // The shifted t that the formula takes for the noncentral one is a few points off at so few repetitions.
    expect(slower / 2000).toBeGreaterThan(0.85);
    expect(slower / 2000).toBeLessThan(0.99);
  });
});
