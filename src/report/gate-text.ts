import type { Results } from '../core/results.ts';
import type { SummaryOptions } from './terminal.ts';
import { findingLines } from './terminal/findings.ts';
import { gateLines, VERDICT_STYLES } from './terminal/gate-lines.ts';
import { painter } from './terminal/paint.ts';
import { textWidth } from './terminal/width.ts';
import { printable, wrapText } from './terminal/wrap-text.ts';
import { troubleText } from './trouble-text.ts';

const INDENTED = { first: '  ', rest: '    ' };

/** What `benchwright gate` prints for people: the verdict, each check, and why cells or trials are missing from it. */
export function renderGateText(results: Results, { width, color }: SummaryOptions): string {
  const { experiment, verdict, thresholds, trials, cells } = results;
  const paint = painter(color);
  const name = `${printable(experiment.name)}${endText(experiment)}`;
  if (thresholds.length === 0) return `${name}: the spec has no thresholds, so there is nothing to pass or fail\n`;
  const says = verdict === 'inconclusive' ? 'inconclusive, which is no failure' : verdict;
  const columns = textWidth(width);
  const head = wrapText(`${name}: gate ${says}`, columns, { first: '', rest: '  ' });
  const trouble = troubleText(trials);
  const lines = [
    ...head.map((line) => paint(VERDICT_STYLES[verdict], line)),
    ...gateLines(results, columns, paint),
    ...findingLines({ cells: cells.filter(({ validity }) => validity === 'invalid') }, columns, paint, ['INVALID']),
    ...(trouble === null ? [] : wrapText(trouble, columns, INDENTED).map((line) => paint('yellow', line))),
    ...wrapText(legendOf(thresholds), columns, INDENTED).map((line) => paint('dim', line)),
  ];
  return `${lines.join('\n')}\n`;
}

function legendOf(thresholds: Results['thresholds']): string {
  const hasRatios = thresholds.some(({ kind }) => kind === 'regression');
  return hasRatios ? 'In brackets 95 % intervals; of a ratio above 1 is better.' : 'In brackets 95 % intervals.';
}

/** An experiment that did not succeed is told as such: what its gate says then is from a part of it. */
function endText({ status, reason }: Results['experiment']): string {
  if (status === 'succeeded') return '';
  return ` (${status}${reason === null || reason === status ? '' : `: ${reason}`})`;
}
