import { measuredText, percentText } from '../core/number-text.ts';
import type { ThresholdCheck, ThresholdResult } from '../core/gate/verdict.ts';
import { METRIC_LOOKS, NO_VALUE, plainText } from './value-text.ts';

/** Words for what a threshold's check has found, as commit statuses and comments need them. */

/** A ratio head to base, > 1 is better, as a change: "9.8 % worse", "5 % better", "no change". */
export function changeText(ratio: number): string {
  const change = Math.abs(ratio - 1);
  const text = percentText(change);
  if (text === '0 %') return 'no change';
  return `${text} ${ratio < 1 ? 'worse' : 'better'}`;
}

/** What came: the change of a regression, else the value with its unit. */
export function cameText(check: ThresholdCheck, kind: ThresholdResult['kind']): string {
  if (check.value === null) return NO_VALUE;
  if (kind === 'regression') return changeText(check.value);
  return `${plainText(check.metric, check.value)} ${METRIC_LOOKS[check.metric].unit}`;
}

/** The 95 % interval of it: "12 % worse to 7.4 % worse"; null: there is none. */
export function intervalText(check: ThresholdCheck, kind: ThresholdResult['kind']): string | null {
  const { lo, hi, metric } = check;
  if (lo === null || hi === null) return null;
  if (kind === 'regression') return `${changeText(lo)} to ${changeText(hi)}`;
  return `${plainText(metric, lo)} to ${plainText(metric, hi)} ${METRIC_LOOKS[metric].unit}`;
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
