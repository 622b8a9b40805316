import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/core/random.ts';
import { CHANGE_ALPHA, type ChangePoint, changePoints } from '../../../src/core/stats/change-points.ts';

/** The published example: one change, at index 10. */
const PUBLISHED = [
  1.02, 0.95, 0.99, 1.0, 1.12, 1.0, 1.01, 0.98, 1.01, 0.96, 0.5, 0.51, 0.48, 0.48, 0.55, 0.5, 0.49, 0.51, 0.5, 0.49,
];

function pointsOf(values: readonly number[]): readonly ChangePoint[] {
  const found = changePoints(values);
  if (!found.ok) throw new Error(`expected change points, got ${found.reason}`);
  return found.points;
}

const indices = (values: readonly number[]): number[] => pointsOf(values).map(({ index }) => index);

describe('change points', () => {
  it('finds the one change of the published example, at index 10', () => {
    const [only, ...others] = pointsOf(PUBLISHED);
    expect(others).toEqual([]);
    expect(only?.index).toBe(10);
    expect(only?.before).toBeCloseTo(1.004, 12);
    expect(only?.after).toBeCloseTo(0.501, 12);
    // t = 31.376 with 18 degrees of freedom.
    expect(only?.p).toBeGreaterThan(0);
    expect(only?.p).toBeLessThan(1e-15);
  });

  it('finds each of several changes, in order', () => {
    const wobble = (level: number) => [1.01, 0.99, 1, 1.005, 0.995, 1.01, 0.99, 1].map((x) => x * level);
    expect(indices([...wobble(1), ...wobble(2), ...wobble(1.5)])).toEqual([8, 16]);
  });

  it('finds a step in values that do not vary, and nothing in values that never change', () => {
    expect(indices([0.1, 0.1, 0.1, 0.1, 0.3, 0.3, 0.3, 0.3])).toEqual([4]);
    expect(indices(Array.from({ length: 30 }, () => 0.1))).toEqual([]);
  });

  it('does not call one odd value a change', () => {
    expect(indices([1, 1.02, 0.99, 1.01, 1.3, 1, 0.98, 1.01, 1.02, 0.99, 1])).toEqual([]);
  });

  it('says nothing of fewer than eight values, nor of what is no number', () => {
    expect(changePoints(PUBLISHED.slice(0, 7))).toEqual({ ok: false, reason: 'too-few' });
    expect(changePoints([...PUBLISHED, Number.NaN])).toEqual({ ok: false, reason: 'not-finite' });
  });

  it('finds the same whatever the unit and the level', () => {
    const history = fc.array(fc.double({ min: 1, max: 2, noNaN: true }), { minLength: 8, maxLength: 24 });
    fc.assert(
      fc.property(history, fc.integer({ min: 1, max: 10 }), (values, shift) => {
        // A power of two and a whole number of quarters: no rounding that could turn a tie.
        const rounded = values.map((x) => Math.round(x * 1024) / 1024);
        expect(indices(rounded.map((x) => x * 4 + shift / 4))).toEqual(indices(rounded));
      }),
    );
  });

  it('gives each change with a p below its bound, inside the history, two values from the next and from the ends', () => {
    const level = fc.tuple(fc.double({ min: 1, max: 50, noNaN: true }), fc.integer({ min: 2, max: 10 }));
    const history = fc.array(level, { minLength: 4, maxLength: 8 });
    fc.assert(
      fc.property(history, (levels) => {
        const values = levels.flatMap(([x, n]) => Array.from({ length: n }, (_, i) => x * (1 + 0.01 * (i % 2))));
        const points = pointsOf(values);
        const bounds = [0, ...points.map(({ index }) => index), values.length];
        bounds.slice(1).forEach((bound, i) => expect(bound - bounds[i]!).toBeGreaterThanOrEqual(2));
        for (const { p } of points) expect(p).toBeLessThan(CHANGE_ALPHA);
      }),
    );
  });

  it('raises a false alarm in at most 3 of 100 histories of 30 values that only vary', () => {
    const draw = seededRandom(20260714, 'history');
    const normal = () => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
    const histories = Array.from({ length: 100 }, () => Array.from({ length: 30 }, () => 100 + 2 * normal()));
    expect(histories.filter((values) => indices(values).length > 0).length).toBeLessThanOrEqual(3);
  });
});
