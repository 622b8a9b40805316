import { countText } from '../../core/number-text.ts';
import type { Metric } from '../../core/metric.ts';
import { type PrintedCell, printedCells } from '../paper/printed-cells.ts';
import { inlineValue, METRIC_LOOKS } from '../value-text.ts';
import type { View } from '../view.ts';
import { wrapText } from './wrap-text.ts';

/** "the paper printed … / this machine says …", at the most users that both have. */
export function besidePaper(view: View, width: number): string[] {
  const printed = printedCells(view.results.cells).filter(({ cell }) => cell.trials.length > 0);
  const users = Math.max(0, ...printed.map(({ cell }) => cell.load.users ?? 0));
  const shown = printed.filter(({ cell }) => cell.load.users === users);
  return shown.flatMap((row) => {
    const { cell } = row;
    const waiting = cell.bottleneck === 'load-limited' ? '; waiting for users' : '';
    const theirs = `the paper printed ${printedText(row, 'throughput_rps')}, p95 ${printedText(row, 'latency_p95_ms')}`;
    const ours = `this machine says ${inlineValue(cell, 'throughput_rps')}, p95 ${inlineValue(cell, 'latency_p95_ms')}${waiting}`;
    return [
      ...wrapText(`${view.name(cell.deployment)}, ${countText(cell.workers, 'worker')}, ${users} users:`, width, {
        first: '  ',
        rest: '    ',
      }),
      ...wrapText(theirs, width, { first: '    ', rest: '      ' }),
      ...wrapText(ours, width, { first: '    ', rest: '      ' }),
    ];
  });
}

function printedText({ printed }: PrintedCell, metric: Metric): string {
  const value = printed(metric);
  return value === null ? 'nothing' : `${value.text} ${METRIC_LOOKS[metric].unit}`;
}
