import { tQuantile, tUpperTail } from './student-t.ts';

/** A difference of means of ln x with its standard error: what a verdict is read from. */
export interface LogEffect {
  /** ln of the ratio, turned so that > 0 is better. */
  readonly d: number;
  /** > 0. */
  readonly se: number;
  readonly df: number;
}

export interface EffectOptions {
  /** Which values are better: throughput higher; latency, errors, CPU and memory lower. */
  readonly better: 'higher' | 'lower';
  /** The smallest relative difference that matters, 0.03 = 3 %. */
  readonly margin: number;
  readonly alpha: number;
}

/** An effect with all that is said of it. */
export interface JudgedEffect {
  /** A against B, turned so that > 1 says A is better. */
  readonly ratio: number;
  readonly lo: number;
  readonly hi: number;
  readonly df: number;
  /** Standard error of ln ratio. */
  readonly se: number;
  readonly margin: number;
  readonly verdict: EffectVerdict;
  /** One-sided p for "differs by more than the margin in the direction seen": Holm, then against α/2. */
  readonly p: number;
  /** Smallest relative difference that would have been seen; null unless the verdict is inconclusive. */
  readonly mde: number | null;
}

/** Logarithms of equal values differ by this much or less in double precision: a smaller spread is no spread. */
const ROUNDING = 1e-12;

/** S4 from a raw difference of means of ln A and ln B, not yet turned; no verdict without a spread. */
export function judgedEffect(raw: LogEffect, { better, margin, alpha }: EffectOptions): JudgedEffect | 'no-spread' {
  if (!(raw.se > ROUNDING)) return 'no-spread';
  const effect = better === 'higher' ? raw : { ...raw, d: -raw.d };
  const interval = effectInterval(effect, alpha);
  const verdict = effectVerdict(interval, margin);
  return {
    ...interval,
    df: effect.df,
    se: effect.se,
    margin,
    verdict,
    p: effectP(effect, margin),
    mde: verdict === 'inconclusive' ? minimumDetectableEffect(effect, margin, alpha) : null,
  };
}

export type EffectVerdict = 'faster' | 'slower' | 'equivalent' | 'inconclusive';

/** The power at which the smallest detectable difference is stated: the usual 80 %. */
export const POWER = 0.8;

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
 * The smallest ratio that would have been seen with 80 % (or the given) power: (1 + m)·exp((t(1 − α/2) + t(power))·se) − 1, as a
 * relative difference (0.12: 12 %). Source: the usual sample-size formula solved for the effect.
 */
export function minimumDetectableEffect(effect: LogEffect, margin: number, alpha: number, power = POWER): number {
  const reach = (tQuantile(1 - alpha / 2, effect.df) + tQuantile(power, effect.df)) * effect.se;
  return (1 + margin) * Math.exp(reach) - 1;
}

/**
 * S6: one-sided p of "different by more than the margin, in the direction seen": P(T ≥ (abs(d) − ln(1 + m))/se),
 * to be compared (after Holm) with α/2.
 */
export function effectP(effect: LogEffect, margin: number): number {
  return tUpperTail((Math.abs(effect.d) - Math.log1p(margin)) / effect.se, effect.df);
}

/** The same for one direction, fixed before the data: p of "A is worse than B by more than the margin" (of a gate). */
export function worseP(effect: LogEffect, margin: number): number {
  return tUpperTail((-effect.d - Math.log1p(margin)) / effect.se, effect.df);
}
