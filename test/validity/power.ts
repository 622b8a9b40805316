import { MAX_REPETITIONS } from '../../src/core/limits.ts';
import { binomialCdf } from '../../src/core/stats/binomial.ts';
import { repetitionsNeeded } from '../../src/core/stats/design-power.ts';
import { normalQuantile } from '../../src/core/stats/normal.ts';

/** The chance with which a goal of so many runs is to be met by a gate that is as good as planned. */
const CHANCE_OF_GOAL = 0.95;
/** A spread is estimated, and one that is too small makes designs too short. Kieser & Wassmer 1996 plan with the upper limit of 80 %. */
const SPREAD_CONFIDENCE = 0.8;
/** Halvings of [0, 1]: past what a number holds. */
const HALVINGS = 50;

/** The power of one run with which at least `least` of `of` independent runs succeed with 95 %. */
export function powerForGoal(least: number, of: number): number {
  let [lo, hi] = [0, 1];
  for (let i = 0; i < HALVINGS; i += 1) {
    const p = (lo + hi) / 2;
    if (1 - binomialCdf(least - 1, of, p) < CHANCE_OF_GOAL) lo = p;
    else hi = p;
  }
  return hi;
}

/**
 * The one-sided upper limit of a standard deviation that was estimated with `df` degrees of freedom: sd·√(df / χ²(1 − c, df)), χ² by
 * Wilson & Hilferty 1931.
 */
export function upperSpread(sd: number, df: number): number {
  const part = 2 / (9 * df);
  const chi2 = df * (1 - part + normalQuantile(1 - SPREAD_CONFIDENCE) * Math.sqrt(part)) ** 3;
  return sd * Math.sqrt(df / chi2);
}

/** How long runs with a window of that length take and how much their blocks differ: what a pilot measures. */
export interface PilotFacts {
  readonly window_s: number;
  readonly blocks: number;
  /** Standard deviation of ln ratio of throughputs from block to block, A against A. */
  readonly sd_ln: number;
  /** Of each trial besides its window: start, contract, warm-up, stop. */
  readonly trial_overhead_s: number;
  /** Of each run besides its trials: submission, probes, floor, end. */
  readonly fixed_s: number;
}

export interface Design {
  readonly window_s: number;
  readonly repetitions: number;
  /** From submission to verdict, as planned. */
  readonly expected_s: number;
  /** What is wanted of one run. */
  readonly power: number;
  /** False: no design within the time has that power; this is the one with the smallest standard error. */
  readonly reaches: boolean;
}

export interface DesignGoal {
  readonly effect: number;
  readonly margin: number;
  readonly power: number;
  readonly most_s: number;
}

export function secondsOf({ fixed_s, trial_overhead_s, window_s }: PilotFacts, repetitions: number): number {
  return fixed_s + 2 * repetitions * (trial_overhead_s + window_s);
}

/** The shortest design that has the power; where none within `most_s` has it, the best that fits. */
export function shortestDesign(pilots: readonly PilotFacts[], { effect, margin, power, most_s }: DesignGoal): Design {
  const designs = pilots.map((pilot) => {
    const sd = upperSpread(pilot.sd_ln, pilot.blocks - 1);
    const spread = { design: 'paired', sd } as const;
    const needed = repetitionsNeeded({ spread, margin, effect, power, most: MAX_REPETITIONS });
    const fits = Math.floor((most_s - pilot.fixed_s) / (2 * (pilot.trial_overhead_s + pilot.window_s)));
    const reaches = needed !== null && needed <= fits;
    const repetitions = reaches ? needed : Math.max(3, Math.min(fits, MAX_REPETITIONS));
    const expected_s = secondsOf(pilot, repetitions);
    return { window_s: pilot.window_s, repetitions, expected_s, power, reaches, se: sd / Math.sqrt(repetitions) };
  });
  const reaching = designs.filter((design) => design.reaches).sort((a, b) => a.expected_s - b.expected_s);
  const [best] = [...reaching, ...designs.sort((a, b) => a.se - b.se)];
  if (best === undefined) throw new RangeError('no pilot, no design');
  const { se: _, ...design } = best;
  return design;
}
