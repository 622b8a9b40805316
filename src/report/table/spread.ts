import { coefficientOfVariation, mean, standardDeviation, variance } from '../../core/stats/arithmetic.ts';
import type { Metric } from '../../core/metric.ts';
import type { CellResult } from '../../core/results.ts';
import { type Family, levelCellText } from '../families.ts';
import type { Markup } from '../markup.ts';
import { METRIC_LOOKS, NO_VALUE, plainText, squaredUnit } from '../value-text.ts';
import type { View } from '../view.ts';
import { numberCell, tableMarkup } from './table.ts';

/** Tables 7 and 8: arithmetic mean, SD, variance and CV over repetitions; of searches that of their capacities alone. */
export function spreadTables(view: View, family: Family): Markup[] {
  if (family.metric === 'capacity_rps')
    return [spreadTable(view, family, 'capacity_rps', 'Table 8', 'Capacity: spread over repetitions')];
  return [
    spreadTable(view, family, 'latency_mean_ms', 'Table 7', 'Mean latency: spread over repetitions'),
    spreadTable(view, family, 'throughput_rps', 'Table 8', 'Throughput: spread over repetitions'),
  ];
}

function spreadTable(view: View, family: Family, metric: Metric, number: string, title: string): Markup {
  const { unit } = METRIC_LOOKS[metric];
  const kind = 'number' as const;
  return tableMarkup({
    id: `${number.replace(' ', '-').toLowerCase()}-${family.key}`,
    number: `${number}, ${family.short}`,
    title,
    columns: [
      { head: 'Deployment' },
      { head: 'Workers', kind },
      { head: family.levelHead, kind },
      { head: 'n', kind },
      { head: 'Mean', unit, kind },
      { head: 'SD', unit, kind },
      { head: 'Variance', unit: squaredUnit(metric), kind },
      { head: 'CV', unit: '%', kind },
    ],
    rows: family.cells.map((cell, i) => ({
      head: view.name(cell.deployment),
      cell: cell.cell,
      invalid: cell.validity === 'invalid',
      opens: i > 0 && family.cells[i - 1]?.deployment !== cell.deployment,
      cells: [cell.workers, levelCellText(cell), ...spreadOf(view, cell, metric)].map(numberCell),
    })),
    notes: [
      'Arithmetic, over the usable trials of a cell; the other tables print geometric means. SD and variance with n − 1.',
    ],
    long: family.cells.length > LONG,
  });
}

/** Rows that fit on a screen. */
const LONG = 24;

function spreadOf(view: View, cell: CellResult, metric: Metric): (string | number)[] {
  const values = view.usable(cell).flatMap((trial) => trial[metric] ?? []);
  const cv = coefficientOfVariation(values);
  return [
    values.length,
    ...[mean(values), standardDeviation(values), variance(values)].map((value) => plainText(metric, value)),
    cv === null ? NO_VALUE : (cv * 100).toFixed(1),
  ];
}
