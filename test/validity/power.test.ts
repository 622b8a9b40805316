import { describe, expect, it } from 'vitest';
import { binomialCdf } from '../../src/core/stats/binomial.ts';
import { minimumDetectableEffect } from '../../src/core/stats/effect.ts';
import { type PilotFacts, powerForGoal, secondsOf, shortestDesign, upperSpread } from './power.ts';

const PILOT: PilotFacts = { window_s: 1, blocks: 20, sd_ln: 0.01, trial_overhead_s: 1.5, fixed_s: 12 };
const GOAL = { effect: 0.05, margin: 0.03, power: 0.958, most_s: 120 };

describe('the power that a run needs', () => {
  it('is so high that the goal of all runs is met 95 times in 100', () => {
    expect(powerForGoal(20, 20)).toBeCloseTo(0.95 ** (1 / 20), 10);
    const some = powerForGoal(18, 20);
    expect(some).toBeLessThan(powerForGoal(20, 20));
    expect(1 - binomialCdf(17, 20, some)).toBeCloseTo(0.95, 10);
  });
});

describe('the spread that is planned with', () => {
  it('is the upper limit of 80 % of the one that was seen', () => {
    // χ²(0.2, 19) = 13.71579 and χ²(0.2, 11) = 6.988674, by the series of the incomplete gamma function; the approximation is good to 0.1 %.
    expect(Math.abs(upperSpread(1, 19) / Math.sqrt(19 / 13.71579) - 1)).toBeLessThan(0.001);
    expect(Math.abs(upperSpread(1, 11) / Math.sqrt(11 / 6.988674) - 1)).toBeLessThan(0.001);
  });
});

describe('the design of a run', () => {
  it('is the shortest that has the power', () => {
    const design = shortestDesign([PILOT], GOAL);
    const visible = (n: number) => {
      const se = upperSpread(PILOT.sd_ln, PILOT.blocks - 1) / Math.sqrt(n);
      return minimumDetectableEffect({ d: 0, se, df: n - 1 }, GOAL.margin, 0.05, GOAL.power);
    };
    expect(design).toMatchObject({ reaches: true, window_s: 1, power: GOAL.power });
    expect(visible(design.repetitions)).toBeLessThanOrEqual(GOAL.effect);
    expect(visible(design.repetitions - 1)).toBeGreaterThan(GOAL.effect);
    expect(design.expected_s).toBe(secondsOf(PILOT, design.repetitions));
  });

  it('takes the window with which a run is shorter', () => {
    const calm = { ...PILOT, window_s: 2, sd_ln: 0.004 };
    expect(shortestDesign([PILOT, calm], GOAL).window_s).toBe(2);
    expect(shortestDesign([PILOT, { ...calm, fixed_s: 100 }], GOAL).window_s).toBe(1);
  });

  it('is the best that fits, and says so, where none within the time has the power', () => {
    const design = shortestDesign(
      [
        { ...PILOT, sd_ln: 0.05 },
        { ...PILOT, window_s: 2, sd_ln: 0.06 },
      ],
      GOAL,
    );
    expect(design).toMatchObject({ reaches: false, window_s: 1, repetitions: 21 });
    expect(design.expected_s).toBeLessThanOrEqual(GOAL.most_s);
  });
});
