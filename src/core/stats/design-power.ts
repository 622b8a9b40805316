import { ALPHA } from './arithmetic.ts';
import { minimumDetectableEffect, POWER } from './effect.ts';
import { MIN_COMPLETE_BLOCKS } from './comparison.ts';

/** How much repetitions differ, all as standard deviations of ln x. */
export type DesignSpread =
  /** Both sides in the same shuffled blocks: of the blocks' ln ratios. */
  | { readonly design: 'paired'; readonly sd: number }
  /** Against a stored baseline of as many repetitions: within a session, and from session to session over `sessions` of them. */
  | { readonly design: 'sessions'; readonly sd: number; readonly session_sd: number; readonly sessions: number };

export interface PowerInput {
  readonly spread: DesignSpread;
  /** Of the verdict, relative: 0.03 = 3 %. */
  readonly margin: number;
  /** The true difference that is to be called one, relative to the better side: 0.05 says ratio 1.05 or 1/1.05. */
  readonly effect: number;
  /** The chance to call it one, at least; between 0.5 and 1. Default: 80 %. */
  readonly power?: number;
  readonly alpha?: number;
  /** No more repetitions than this are looked at. */
  readonly most: number;
}

/**
 * The fewest repetitions with which a difference of `effect` is called one (S4: *slower* or *faster* with `margin`) with
 * the given chance; null: not with `most`. It is the n whose smallest difference that would be seen is `effect`:
 * ln(1 + effect) ≥ ln(1 + m) + (t(1 − α/2) + t(power))·se(n), the usual sample-size formula, which replaces the
 * noncentral t by a shifted one. Against a stored baseline no number of repetitions does away with 2·s²_session.
 */
export function repetitionsNeeded(input: PowerInput): number | null {
  const { spread, margin, effect, power = POWER, alpha = ALPHA, most } = input;
  for (let n = MIN_COMPLETE_BLOCKS; n <= most; n += 1) {
    const { se, df } = errorOf(spread, n);
    if (minimumDetectableEffect({ d: 0, se, df }, margin, alpha, power) <= effect) return n;
  }
  return null;
}

/** Standard error of ln ratio with n repetitions on each side, and its degrees of freedom. */
function errorOf(spread: DesignSpread, n: number): { readonly se: number; readonly df: number } {
  if (spread.design === 'paired') return { se: spread.sd / Math.sqrt(n), df: n - 1 };
  const side = spread.sd ** 2 / n;
  const between = 2 * spread.session_sd ** 2;
  const sum = 2 * side + between;
  const df = sum ** 2 / ((2 * side ** 2) / (n - 1) + between ** 2 / (spread.sessions - 1));
  return { se: Math.sqrt(sum), df };
}
