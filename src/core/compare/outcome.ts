import type { Comparison } from '../results.ts';
import { ALPHA } from '../stats/arithmetic.ts';
import { minimumDetectableEffect } from '../stats/effect.ts';
import { holm } from '../stats/holm.ts';
import type { Tested } from './side.ts';

/** What is said of a pair. */
export type Outcome = Pick<
  Comparison,
  'ratio' | 'lo' | 'hi' | 'method' | 'verdict' | 'p_holm' | 'mde' | 'bound' | 'reason'
>;

/**
 * The pairs of one metric, which are one family (S6), in the order given: a difference is called one only if its p after
 * Holm is below α/2 too, else it is inconclusive with the reason `holm`. What could not be tested is no member of the family.
 */
export function outcomesOf(family: readonly (Tested | string)[]): Outcome[] {
  const tested = family.filter((outcome) => typeof outcome !== 'string');
  const adjusted = holm(tested.map(({ p }) => p));
  const pHolm = new Map(tested.map((outcome, i) => [outcome, adjusted[i] ?? 1]));
  return family.map((outcome) =>
    typeof outcome === 'string' ? notTestable(outcome) : decided(outcome, pHolm.get(outcome) ?? 1, tested.length),
  );
}

function notTestable(reason: string): Outcome {
  const none = { ratio: null, lo: null, hi: null, method: null, p_holm: null, mde: null, bound: false };
  return { ...none, verdict: 'not-testable', reason };
}

/** `of`: how many were tested. A difference that only Holm takes away is beyond what one pair alone would have shown. */
function decided(outcome: Tested, p_holm: number, of: number): Outcome {
  const { ratio, lo, hi, method, verdict, margin } = outcome;
  const lost = (verdict === 'faster' || verdict === 'slower') && p_holm >= ALPHA / 2;
  const mde = lost
    ? minimumDetectableEffect({ d: Math.log(ratio), se: outcome.se, df: outcome.df }, margin, ALPHA / of)
    : outcome.mde;
  return {
    ratio,
    lo,
    hi,
    method,
    verdict: lost ? 'inconclusive' : verdict,
    p_holm,
    mde,
    bound: outcome.bound,
    reason: lost ? 'holm' : null,
  };
}
