import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Stage } from '../../src/core/load-plan.ts';
import { arrivalsOf } from '../../src/core/planned-arrivals.ts';
import { StageArrivals, timeOfShare } from '../../src/load/arrivals.ts';

function all(
  stages: readonly Stage[],
  arrivals: 'constant' | 'poisson',
  { thread = 0, threads = 1, seed = 1 } = {},
): number[] {
  const schedule = new StageArrivals({ stages, arrivals, seed, label: 'window', thread, threads });
  const times: number[] = [];
  for (let time = schedule.next(); time !== Infinity; time = schedule.next()) times.push(time);
  return times;
}

const flat = (rate_rps: number, for_s: number): Stage => ({ from_rps: rate_rps, to_rps: rate_rps, for_s });

const anyStage = fc.record({
  from_rps: fc.double({ min: 0, max: 500, noNaN: true }),
  to_rps: fc.double({ min: 0, max: 500, noNaN: true }),
  for_s: fc.double({ min: 0.01, max: 2, noNaN: true }),
});

describe('a schedule of arrivals', () => {
  test('of a constant rate has equal distances', () => {
    expect(all([flat(10, 1)], 'constant')).toEqual(
      [50, 150, 250, 350, 450, 550, 650, 750, 850, 950].map((t) => expect.closeTo(t, 9)),
    );
  });

  test('plans the rounded integral of each stage, in order and inside it, whatever the stages', () => {
    fc.assert(
      fc.property(
        fc.array(anyStage, { minLength: 1, maxLength: 4 }),
        fc.constantFrom('constant', 'poisson'),
        (stages, kind) => {
          const times = all(stages, kind);
          let begin = 0;
          let at = 0;
          for (const stage of stages) {
            const inside = times.slice(at, at + arrivalsOf(stage));
            const end = begin + stage.for_s * 1000;
            expect(inside.every((time) => time >= begin - 1e-6 && time <= end + 1e-6)).toBe(true);
            at += arrivalsOf(stage);
            begin = end;
          }
          expect(times).toHaveLength(at);
          expect(times.every((time, i) => i === 0 || time >= (times[i - 1] as number))).toBe(true);
        },
      ),
      { seed: 3 },
    );
  });

  test('of a ramp has half of its arrivals in the last 29 % of the time', () => {
    // From 0 to 2r the integral is r t²: half of it is reached at t = 1/√2.
    expect(timeOfShare({ from_rps: 0, to_rps: 200, for_s: 1 }, 0.5)).toBeCloseTo(Math.SQRT1_2, 12);
    expect(timeOfShare({ from_rps: 200, to_rps: 0, for_s: 1 }, 0.5)).toBeCloseTo(1 - Math.SQRT1_2, 12);
    expect(timeOfShare({ from_rps: 0, to_rps: 0, for_s: 1 }, 0.5)).toBe(0);
  });

  test('interleaves the constant schedules of threads: together they are that of one', () => {
    const stages = [flat(7, 1), { from_rps: 5, to_rps: 40, for_s: 2 }];
    const together = [0, 1, 2]
      .flatMap((thread) => all(stages, 'constant', { thread, threads: 3 }))
      .sort((a, b) => a - b);
    const one = all(stages, 'constant');
    expect(together).toHaveLength(one.length);
    together.forEach((time, i) => expect(time).toBeCloseTo(one[i] as number, 9));
  });

  test('deals the arrivals of a Poisson schedule out to threads, each with draws of its own', () => {
    const parts = [0, 1, 2].map((thread) => all([flat(100, 1)], 'poisson', { thread, threads: 3 }));
    expect(parts.map((times) => times.length)).toEqual([34, 33, 33]);
    expect(new Set(parts.flat()).size).toBe(100);
  });

  test('is the same for the same seed, and another for another', () => {
    const stages = [flat(100, 1)];
    expect(all(stages, 'poisson', { seed: 5 })).toEqual(all(stages, 'poisson', { seed: 5 }));
    expect(all(stages, 'poisson', { seed: 5 })).not.toEqual(all(stages, 'poisson', { seed: 6 }));
  });
});
