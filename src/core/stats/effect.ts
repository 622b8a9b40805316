import { tQuantile, tUpperTail } from './student-t.ts';

/** A difference of means of ln x with its standard error: what a verdict is read from. */
export interface LogEffect {
  /** ln of the ratio, turned so that > 0 is better. */
  readonly d: number;
  /** > 0. */
  readonly se: number;
  readonly df: number;
}

export type EffectVerdict = 'faster' | 'slower' | 'equivalent' | 'inconclusive';

/** The power at which the smallest detectable difference is stated: the usual 80 %. */
const POWER = 0.8;

export interface EffectInterval {
  readonly ratio: number;
  readonly lo: number;
  readonly hi: number;
}

/** exp(d ± t(1 − α/2, df)·se). */
export function effectInterval(effect: LogEffect, alpha: number): EffectInterval {
  const reach = tQuantile(1 - alpha / 2, effect.df) * effect.se;
  return { ratio: Math.exp(effect.d), lo: Math.exp(effect.d - reach), hi: Math.exp(effect.d + reach) };
}

/** S4: the verdict of an interval with margin m. Equivalence by inclusion of the interval: Schuirmann 1987. */
export function effectVerdict(interval: EffectInterval, margin: number): EffectVerdict {
  if (interval.lo > 1 + margin) return 'faster';
  if (interval.hi < 1 / (1 + margin)) return 'slower';
  if (interval.lo >= 1 / (1 + margin) && interval.hi <= 1 + margin) return 'equivalent';
  return 'inconclusive';
}

/**
 * The smallest ratio that would have been seen with 80 % power: (1 + m)·exp((t(1 − α/2) + t(0.80))·se) − 1, as a
 * relative difference (0.12: 12 %). Source: the usual sample-size formula solved for the effect.
 */
export function minimumDetectableEffect(effect: LogEffect, margin: number, alpha: number): number {
  const reach = (tQuantile(1 - alpha / 2, effect.df) + tQuantile(POWER, effect.df)) * effect.se;
  return (1 + margin) * Math.exp(reach) - 1;
}

/**
 * S6: one-sided p of "different by more than the margin, in the direction seen": P(T ≥ (abs(d) − ln(1 + m))/se),
 * to be compared (after Holm) with α/2.
 */
export function effectP(effect: LogEffect, margin: number): number {
  return tUpperTail((Math.abs(effect.d) - Math.log1p(margin)) / effect.se, effect.df);
}
