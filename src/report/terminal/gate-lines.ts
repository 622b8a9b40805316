import { allowedIn } from '../../core/gate/expected-text.ts';
import { failedText, openText, seenText } from '../../core/gate/gate-text.ts';
import type { ThresholdCheck } from '../../core/gate/verdict.ts';
import { countText } from '../../core/number-text.ts';
import type { Results } from '../../core/results.ts';
import { baselineText } from '../baseline-text.ts';
import { changeText } from '../ci-text.ts';
import { METRIC_LOOKS } from '../value-text.ts';
import type { Paint, Style } from './paint.ts';
import { wrapText } from './wrap-text.ts';

/** Checks listed; all of them are on the page. */
const MOST_CHECKS = 20;

const ORDER: readonly ThresholdCheck['verdict'][] = ['failed', 'inconclusive', 'passed'];

export const VERDICT_STYLES: Readonly<Record<Results['verdict'], Style>> = {
  passed: 'green',
  failed: 'red',
  inconclusive: 'yellow',
  none: 'dim',
};

/** Each check: what was expected, then what was seen; what failed first. None without thresholds. */
export function gateLines({ thresholds, baseline }: Results, width: number, paint: Paint): string[] {
  const all = thresholds
    .flatMap(({ id, checks }) => checks.map((check) => ({ id, check })))
    .sort((a, b) => ORDER.indexOf(a.check.verdict) - ORDER.indexOf(b.check.verdict));
  const lines = all.slice(0, MOST_CHECKS).flatMap(({ id, check }) => {
    const expected = `${check.verdict} ${id}, expected ${check.expected}`;
    return [
      ...wrapText(expected, width, { first: '  ', rest: '    ' }),
      ...wrapText(seenLine(check), width, { first: '    ', rest: '      ' }),
    ].map((line) => paint(VERDICT_STYLES[check.verdict], line));
  });
  const more = all.length - MOST_CHECKS;
  return [
    ...lines,
    ...(more > 0 ? [`  and ${countText(more, 'more check')}, on the page`] : []),
    ...(baseline === null ? [] : wrapText(baselineText(baseline), width, { first: '  ', rest: '    ' })),
  ];
}

/** "head.w1.c16: 28 % worse, 0.722× (0.675–0.772) of base.w1.c16": of a latency too, whose ratio is turned, above 1 is better. */
function seenLine(check: ThresholdCheck): string {
  const { cell, cell_base, metric, value, verdict } = check;
  const why = verdict === 'inconclusive' ? openText(check) : failedText(check);
  const open = why === null ? '' : `; ${why}`;
  const seen = seenText(check);
  if (seen === null || value === null) return `${cell}: nothing to judge${open}`;
  if (cell_base !== null) return `${cell}: ${changeText(value, allowedIn(check))}, ${seen}${open}`;
  // The error rate is printed as per cent.
  const unit = metric === 'error_rate' ? '' : ` ${METRIC_LOOKS[metric].unit}`;
  return `${cell}: ${seen}${unit}${open}`;
}
