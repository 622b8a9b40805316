import { allowedIn, limitIn } from '../core/gate/expected-text.ts';
import { failedText } from '../core/gate/gate-text.ts';
import { apartText, measuredText, percentText } from '../core/number-text.ts';
import type { ThresholdCheck, ThresholdResult } from '../core/gate/verdict.ts';
import { METRIC_LOOKS, NO_VALUE, plainText } from './value-text.ts';

/** Words for what a threshold's check has found, as commit statuses and comments need them. */

/**
 * A ratio head to base, > 1 is better, as a change: "9.8 % worse", "5 % better", "no change". How much worse is told as `worse_by` is:
 * relative to the head, as a ratio of 1/1.098; with more digits where it would read like what is `allowed`.
 */
export function changeText(ratio: number, allowed: number | null = null): string {
  if (ratio >= 1) return ratio === 1 ? 'no change' : `${percentText(ratio - 1)} better`;
  return `${apartText(1 / ratio - 1, allowed, percentText)} worse`;
}

/** What came: the change of a regression, else the value with its unit. */
export function cameText(check: ThresholdCheck, kind: ThresholdResult['kind']): string {
  if (check.value === null) return NO_VALUE;
  const least = failedText(check) === null ? '' : 'at least ';
  const text = `${least}${textOf(check, kind)(check.value)}`;
  return kind === 'regression' ? text : `${text} ${METRIC_LOOKS[check.metric].unit}`;
}

/** The 95 % interval of it: "12 % worse to 7.4 % worse"; null: there is none. */
export function intervalText(check: ThresholdCheck, kind: ThresholdResult['kind']): string | null {
  const { lo, hi, metric } = check;
  if (lo === null || hi === null) return null;
  const text = `${textOf(check, kind)(lo)} to ${textOf(check, kind)(hi)}`;
  return kind === 'regression' ? text : `${text} ${METRIC_LOOKS[metric].unit}`;
}

/** How numbers of a check are told: none reads as if it lay on the other side of its limit. */
function textOf(check: ThresholdCheck, kind: ThresholdResult['kind']): (value: number) => string {
  if (kind === 'regression') return (ratio) => changeText(ratio, allowedIn(check));
  const { factor } = METRIC_LOOKS[check.metric];
  const limit = limitIn(check);
  const text = (shown: number): string => plainText(check.metric, shown / factor);
  return (value) => apartText(value * factor, limit === null ? null : limit * factor, text);
}

/** "p < 0.0001", "p = 0.031"; null: nothing was tested. */
export function certaintyText({ p_holm }: ThresholdCheck): string | null {
  if (p_holm === null) return null;
  return p_holm < 0.0001 ? 'p < 0.0001' : `p = ${measuredText(p_holm)}`;
}

/** The largest of the smallest differences that checks could have seen, with an answer or without; null: none of them says. */
export function visibleIn(thresholds: readonly ThresholdResult[]): number | null {
  const seen = thresholds.flatMap(({ checks }) => checks).flatMap(({ mde }) => (mde === null ? [] : [mde]));
  return seen.length === 0 ? null : Math.max(...seen);
}

/** The largest of the smallest differences that checks without an answer could have seen; null: none of them says. */
export function blindTo(thresholds: readonly ThresholdResult[]): number | null {
  const seen = thresholds
    .flatMap(({ checks }) => checks)
    .flatMap(({ verdict, mde }) => (verdict === 'inconclusive' && mde !== null ? [mde] : []));
  return seen.length === 0 ? null : Math.max(...seen);
}
