import { measuredText } from '../../core/number-text.ts';
import type { Metric } from '../../core/metric.ts';
import type { CellResult } from '../../core/results.ts';
import { type Markup, markup } from '../markup.ts';
import type { PrintedCell } from '../paper/printed-cells.ts';
import { bottleneckText } from '../reasons.ts';
import { cellValueText, METRIC_LOOKS, NO_VALUE } from '../value-text.ts';
import type { View } from '../view.ts';
import { type Column, numberCell, tableMarkup, textCell } from './table.ts';

const METRICS: readonly Metric[] = ['throughput_rps', 'latency_mean_ms', 'latency_p95_ms', 'error_rate'];

/** Printed value, ours with its interval, their ratio, and why they may differ. */
export function besidePaperTable(view: View, printed: readonly PrintedCell[]): Markup {
  return tableMarkup({
    id: 'table-beside-paper',
    number: 'Beside the paper',
    title: 'The same cells, as printed and as measured here',
    columns: [
      { head: 'Deployment' },
      { head: 'Workers', kind: 'number' },
      { head: 'Users', kind: 'number' },
      ...METRICS.flatMap(columnsOf),
      { head: 'Why they may differ' },
    ],
    rows: printed.map((row, i) => ({
      head: view.name(row.cell.deployment),
      invalid: row.cell.validity === 'invalid',
      opens: i > 0 && printed[i - 1]?.cell.deployment !== row.cell.deployment,
      cells: [
        numberCell(row.cell.workers),
        numberCell(row.cell.load.users),
        ...METRICS.flatMap((metric) => besideCells(row, metric)),
        textCell(whyText(row)),
      ],
    })),
    notes: [
      'Below each interval: measured here ÷ printed. The host, the operating system, the versions and the load tool differ in every row.',
      'Implied think time: what the printed rate and mean latency leave for the users’ pause (users ÷ rate − latency). The study declares 1 to 2 s.',
    ],
  });
}

function columnsOf(metric: Metric): Column[] {
  const { head, unit } = METRIC_LOOKS[metric];
  const kind = 'number' as const;
  return [
    { head, unit: 'printed', kind },
    { head: 'here', unit, kind },
  ];
}

function besideCells({ cell, printed }: PrintedCell, metric: Metric): Markup[] {
  const theirs = printed(metric);
  const { value, spread } = cellValueText(cell, metric);
  const ours = cell[metric].value;
  const ratio =
    theirs === null || ours === null || theirs.value === 0 || ours === 0 ? null : ratioText(ours / theirs.value);
  return [
    numberCell(theirs?.text ?? NO_VALUE),
    numberCell(
      markup`${value}${spread !== null && markup`<small>${spread.startsWith('n = ') ? spread : `(${spread})`}</small>`}${ratio !== null && markup`<small class="ratio">${ratio}</small>`}`,
    ),
  ];
}

/** "1.61×"; far below 1 as a fraction, "1/35", which can be read at a glance. */
function ratioText(ratio: number): string {
  return ratio < SMALL_RATIO ? `1/${measuredText(1 / ratio)}` : `${measuredText(ratio)}×`;
}

const SMALL_RATIO = 0.5;

/** What is known of either side that can make them differ. */
function whyText({ cell, think_time_implied_s: implied }: PrintedCell): string {
  const reasons = [
    implied !== null && implied > LONGEST_THINK_TIME_S
      ? `printed: implies pauses of ${measuredText(implied)}\u00a0s, not 1–2\u00a0s`
      : null,
    ourSide(cell),
  ].filter((reason) => reason !== null);
  return reasons.length === 0 ? '—' : reasons.join('; ');
}

/** The longest pause that the study declares (s). */
const LONGEST_THINK_TIME_S = 2;

function ourSide(cell: CellResult): string | null {
  if (cell.validity === null) return 'here: not measured yet';
  const bound = bottleneckText(cell);
  const parts = [cell.validity === 'valid' ? null : cell.validity, bound].filter((part) => part !== null);
  return parts.length === 0 ? null : `here: ${parts.join(', ')}`;
}
