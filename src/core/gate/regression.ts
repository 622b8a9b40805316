import { compareSides, type Side, type SideOptions, type Tested } from '../compare/side.ts';
import { betterOf, latencyName, type Metric } from '../metric.ts';
import { ALPHA } from '../stats/arithmetic.ts';
import { type JudgedEffect, minimumDetectableEffect, worseP } from '../stats/effect.ts';
import { holm } from '../stats/holm.ts';
import { compareSessions } from '../stats/session-comparison.ts';
import type { SessionSpread } from '../stats/session-spread.ts';
import type { ThresholdCheck } from './verdict.ts';

export interface HeadAndBase {
  readonly head: Side;
  readonly base: Side;
  /** Why only that the head is worse may be said of them; null: anything may. */
  readonly onlyWorse: string | null;
}

/** Head against base in one cell, compared and not yet judged. */
export interface ComparedHead {
  readonly metric: Metric;
  readonly effect: JudgedEffect;
  readonly method: NonNullable<ThresholdCheck['method']>;
  /** Why nothing may be decided from it all the same; null: it may. */
  readonly withheld: string | null;
  /** `onlyWorse` of the pair: then the ratio is an upper bound. */
  readonly bound: string | null;
}

type Judgement = Pick<ThresholdCheck, 'value' | 'lo' | 'hi' | 'verdict' | 'method' | 'p_holm' | 'mde' | 'reason'>;

/** In the same shuffled blocks: S4, paired where three blocks are complete. A reason where there is no comparison. */
export function compareInBlocks(pair: HeadAndBase, metric: Metric, margin: number): ComparedHead | string {
  const outcome = within(pair, { metric, shuffled: true, margin });
  if (typeof outcome === 'string') return outcome;
  return { metric, effect: outcome, method: outcome.method, withheld: null, bound: pair.onlyWorse };
}

function within({ head, base, onlyWorse }: HeadAndBase, options: SideOptions): Tested | string {
  const outcome = compareSides(head, base, options);
  if (onlyWorse === null) return outcome;
  return outcome === 'censored' || (typeof outcome !== 'string' && outcome.verdict !== 'slower') ? onlyWorse : outcome;
}

/** Against a stored baseline: S10. Without a history that says how much sessions differ nothing is decided. */
export function compareWithStored(
  pair: HeadAndBase,
  { metric, margin, spread }: { readonly metric: Metric; readonly margin: number; readonly spread: SessionSpread },
): ComparedHead | string {
  const { head, base, onlyWorse: bound } = pair;
  const effect = within(pair, { metric, shuffled: false, margin });
  if (typeof effect === 'string') return effect;
  if (!spread.ok) return { metric, effect, method: 'welch', withheld: 'one-session-each', bound };
  const outcome = compareSessions({
    a: head.of.values.map(({ value }) => value),
    b: base.of.values.map(({ value }) => value),
    better: betterOf(metric),
    session: spread,
    margin,
    step: Math.max(head.of.step, base.of.step),
  });
  return outcome.ok ? { metric, effect: outcome, method: 'sessions', withheld: null, bound } : outcome.reason;
}

/** The p of a check after Holm, and how many checks its family has. */
interface Corrected {
  readonly p_holm: number;
  readonly of: number;
}

/**
 * The verdicts of all regressions of a spec, in the order given. Those of one metric are one family (S6) of the claim "the
 * head is worse by more than the margin". *failed*: worse, and it survives Holm; *passed*: the interval does not reach
 * beyond the margin (equivalent, better, or somewhere in between); else *inconclusive*.
 */
export function judgeRegressions(compared: readonly (ComparedHead | string)[]): Judgement[] {
  const families = Map.groupBy(
    compared.filter((c) => typeof c !== 'string').filter((c) => c.withheld === null),
    ({ metric }) => metric,
  );
  const corrected = new Map<ComparedHead, Corrected>();
  for (const family of families.values()) {
    const adjusted = holm(family.map(({ effect }) => worseP(logEffect(effect), effect.margin)));
    family.forEach((member, i) => corrected.set(member, { p_holm: adjusted[i] ?? 1, of: family.length }));
  }
  return compared.map((c) => (typeof c === 'string' ? without(c) : judged(c, corrected.get(c) ?? null)));
}

function logEffect({ ratio, se, df }: JudgedEffect) {
  return { d: Math.log(ratio), se, df };
}

function without(reason: string): Judgement {
  const none = { value: null, lo: null, hi: null, method: null, p_holm: null, mde: null };
  return { ...none, verdict: 'inconclusive', reason };
}

function judged({ metric, effect, method, withheld, bound }: ComparedHead, corrected: Corrected | null): Judgement {
  const { ratio, lo, hi, margin } = effect;
  const p_holm = corrected?.p_holm ?? null;
  const seen = { value: ratio, lo, hi, method, p_holm };
  if (withheld !== null) return { ...seen, verdict: 'inconclusive', mde: null, reason: withheld };
  const visible = (alpha: number): number => minimumDetectableEffect(logEffect(effect), margin, alpha);
  const mde = visible(ALPHA);
  const isWorse = effect.verdict === 'slower';
  if (isWorse && p_holm !== null && p_holm < ALPHA / 2)
    return { ...seen, verdict: 'failed', mde, reason: latencyName(metric) === null ? null : bound };
  // In a history that varies, what is worse within the session may yet be within the margin: a bound passes nothing.
  if (bound !== null && !isWorse) return { ...seen, verdict: 'inconclusive', mde, reason: bound };
  if (lo >= 1 / (1 + margin)) return { ...seen, verdict: 'passed', mde, reason: null };
  if (!isWorse) return { ...seen, verdict: 'inconclusive', mde, reason: 'interval-spans' };
  // What one check alone would have shown is less than what was seen here and did not do: told is what shows among so many.
  return { ...seen, verdict: 'inconclusive', mde: visible(ALPHA / (corrected?.of ?? 1)), reason: 'holm' };
}
