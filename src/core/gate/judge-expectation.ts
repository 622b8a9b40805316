import { boundReason } from '../compare/side.ts';
import type { MetricValue } from '../results.ts';
import { ALPHA } from '../stats/arithmetic.ts';
import { minimumDetectableEffect } from '../stats/effect.ts';
import { tQuantile } from '../stats/student-t.ts';
import { OVERLOADED_RULE } from '../validity/overloaded.ts';
import { type Expectation, expectationText } from './expectation.ts';
import { type GateCell, type GateMetric, gateSide, unusable } from './gate-cell.ts';
import type { ThresholdCheck } from './verdict.ts';

/** S14: *passed* if the whole interval meets the expectation, *failed* if none of it does, else *inconclusive*. */
export function judgeExpectation(cell: GateCell, expectation: Expectation): ThresholdCheck {
  const { metric } = expectation;
  const decision = decided(cell, expectation);
  const { shown: without, least } = cell.metrics[metric];
  // A lower bound is told where it decided, not where it says nothing.
  const shown = decision.verdict === 'failed' && least !== undefined ? least.shown : without;
  return {
    cell: cell.cell.cell,
    cell_base: null,
    metric,
    expected: expectationText(expectation),
    value: shown.value,
    lo: shown.lo,
    hi: shown.hi,
    ...decision,
    method: null,
    p_holm: null,
  };
}

function decided(cell: GateCell, expectation: Expectation): Pick<ThresholdCheck, 'verdict' | 'reason' | 'mde'> {
  const { shown, of, least } = cell.metrics[expectation.metric];
  if (least !== undefined) return ofOverloaded(cell, least, expectation);
  const without = unusable(cell, expectation.metric) ?? gap(shown);
  if (without !== null) return { verdict: 'inconclusive', reason: without, mde: null };
  const place = placeOf(shown, expectation, of.censored);
  if (place !== 'across') return { verdict: place === 'inside' ? 'passed' : 'failed', reason: null, mde: null };
  return {
    verdict: 'inconclusive',
    reason: of.censored ? boundReason(expectation.metric) : 'interval-spans',
    mde: visibleFrom(shown, expectation),
  };
}

/** Of a lower bound that grows for as long as the load lasts: missed for good, or open. */
function ofOverloaded(
  cell: GateCell,
  least: NonNullable<GateMetric['least']>,
  expectation: Expectation,
): Pick<ThresholdCheck, 'verdict' | 'reason' | 'mde'> {
  const { metric } = expectation;
  const without = unusable(gateSide(cell, metric), metric) ?? gap(least.shown);
  if (without !== null) return { verdict: 'inconclusive', reason: without, mde: null };
  const isMissed = placeOf(least.shown, expectation, true) === 'outside';
  return { verdict: isMissed ? 'failed' : 'inconclusive', reason: OVERLOADED_RULE, mde: null };
}

function gap({ value, lo, hi, reason }: MetricValue): string | null {
  if (value === null) return reason ?? 'no-usable-trial';
  return lo === null || hi === null ? (reason ?? 'too-few') : null;
}

/** Where the interval lies to the expectation. */
function placeOf(shown: MetricValue, expectation: Expectation, censored: boolean): 'inside' | 'outside' | 'across' {
  const { sign, limit, metric } = expectation;
  // That none was seen is a fact; that none ever happens no number of requests can show.
  if (metric === 'error_rate' && limit === 0 && (sign === '==' || sign === '<='))
    return shown.value === 0 ? 'inside' : 'outside';
  const lo = shown.lo ?? 0;
  // Of a lower bound nobody knows how far it reaches up.
  const hi = censored ? Infinity : (shown.hi ?? Infinity);
  const meets = (x: number): boolean => isMet(x, sign, limit);
  if (sign === '==') return limit < lo || limit > hi ? 'outside' : lo === hi ? 'inside' : 'across';
  // What is monotonous is met by all between two ends that meet it.
  if (meets(lo) && meets(hi)) return 'inside';
  return meets(lo) || meets(hi) ? 'across' : 'outside';
}

function isMet(x: number, sign: Expectation['sign'], limit: number): boolean {
  if (sign === '<') return x < limit;
  if (sign === '<=') return x <= limit;
  if (sign === '>') return x > limit;
  return sign === '>=' ? x >= limit : x === limit;
}

/** How far from the limit, relative to it, a value would have to lie so that its interval had left it (80 % power); null: not known. */
function visibleFrom({ lo, hi, n }: MetricValue, { metric }: Expectation): number | null {
  if (metric === 'error_rate' || lo === null || hi === null || !(lo > 0) || n < 2) return null;
  const se = Math.log(hi / lo) / 2 / tQuantile(1 - ALPHA / 2, n - 1);
  return minimumDetectableEffect({ d: 0, se, df: n - 1 }, 0, ALPHA);
}
