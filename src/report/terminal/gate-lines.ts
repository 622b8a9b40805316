import { checkText } from '../../core/gate/gate-text.ts';
import type { ThresholdCheck } from '../../core/gate/verdict.ts';
import { countText } from '../../core/number-text.ts';
import type { Results } from '../../core/results.ts';
import { baselineText } from '../baseline-text.ts';
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

/** One line a check, what failed first; none without thresholds. */
export function gateLines({ thresholds, baseline }: Results, width: number, paint: Paint): string[] {
  const all = thresholds
    .flatMap(({ id, checks }) => checks.map((check) => ({ id, check })))
    .sort((a, b) => ORDER.indexOf(a.check.verdict) - ORDER.indexOf(b.check.verdict));
  const lines = all.slice(0, MOST_CHECKS).flatMap(({ id, check }) => {
    const text = `${check.verdict} ${id} ${checkText(check)}`;
    return wrapText(text, width, { first: '  ', rest: '    ' }).map((line) =>
      paint(VERDICT_STYLES[check.verdict], line),
    );
  });
  const more = all.length - MOST_CHECKS;
  return [
    ...lines,
    ...(more > 0 ? [`  and ${countText(more, 'more check')}, on the page`] : []),
    ...(baseline === null ? [] : wrapText(baselineText(baseline), width, { first: '  ', rest: '    ' })),
  ];
}
