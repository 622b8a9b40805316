import type { Results } from '../core/results.ts';
import type { SummaryOptions } from './terminal.ts';
import { gateLines, VERDICT_STYLES } from './terminal/gate-lines.ts';
import { painter } from './terminal/paint.ts';
import { textWidth } from './terminal/width.ts';
import { printable, wrapText } from './terminal/wrap-text.ts';

/** What `benchwright gate` prints for people: the verdict, then each check. */
export function renderGateText(results: Results, { width, color }: SummaryOptions): string {
  const { experiment, verdict, thresholds } = results;
  const paint = painter(color);
  const name = `${printable(experiment.name)}${endText(experiment)}`;
  if (thresholds.length === 0) return `${name}: the spec has no thresholds, so there is nothing to pass or fail\n`;
  const says = verdict === 'inconclusive' ? 'inconclusive, which is no failure' : verdict;
  const columns = textWidth(width);
  const head = wrapText(`${name}: gate ${says}`, columns, { first: '', rest: '  ' });
  return `${[...head.map((line) => paint(VERDICT_STYLES[verdict], line)), ...gateLines(results, columns, paint)].join('\n')}\n`;
}

/** An experiment that did not succeed is told as such: what its gate says then is from a part of it. */
function endText({ status, reason }: Results['experiment']): string {
  if (status === 'succeeded') return '';
  return ` (${status}${reason === null || reason === status ? '' : `: ${reason}`})`;
}
