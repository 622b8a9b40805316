import { mean, standardDeviation, variance } from '../../core/stats/arithmetic.ts';
import type { Metric } from '../../core/metric.ts';
import type { CellResult } from '../../core/results.ts';
import type { Family } from '../families.ts';
import type { Markup } from '../markup.ts';
import type { View } from '../view.ts';
import { METRIC_LOOKS, NO_VALUE, plainText, squaredUnit } from '../value-text.ts';
import { type Column, numberCell, type Row, tableMarkup } from './table.ts';
import { metricColumn } from './value-cell.ts';

const METRICS: readonly Metric[] = [
  'throughput_rps',
  'latency_mean_ms',
  'latency_p50_ms',
  'latency_p95_ms',
  'error_rate',
];

const NOTE =
  'Plain means of the cells’ values over the load levels, as the paper printed them. No user ever meets that mixture, so it has no interval, and no mark or verdict is drawn from it.';

/** The plain mean over levels; null unless every level has a value, for a mean of what is left would be of another load. */
export function meanOverLevels(cells: readonly CellResult[], metric: Metric): number | null {
  const values = cells.flatMap((cell) => cell[metric].value ?? []);
  return values.length < cells.length ? null : mean(values);
}

function groupsOf(
  family: Family,
  workers: readonly number[],
): { deployment: string; workers: number; cells: CellResult[] }[] {
  return family.deployments.flatMap((deployment) =>
    workers.map((count) => ({
      deployment,
      workers: count,
      cells: family.cells.filter(
        (cell) => cell.deployment === deployment && cell.workers === count && cell.validity !== 'invalid',
      ),
    })),
  );
}

function overLevels(view: View, family: Family, workers: readonly number[]): Row[] {
  return groupsOf(family, workers).map(({ deployment, workers: count, cells }, i) => ({
    head: view.name(deployment),
    opens: i > 0 && workers.length > 1 && i % workers.length === 0,
    cells: [
      numberCell(count),
      ...METRICS.map((metric) =>
        numberCell(cells.length < family.levels.length ? NO_VALUE : plainText(metric, meanOverLevels(cells, metric))),
      ),
    ],
  }));
}

const COLUMNS = [{ head: 'Deployment' }, { head: 'Workers', kind: 'number' } as const, ...METRICS.map(metricColumn)];

/** Tables 3 and 6: means over load levels, only as the paper's view. */
export function overLevelsTables(view: View, family: Family): Markup[] {
  const most = family.workers.at(-1) ?? 1;
  const gap = family.cells.some(
    (cell) => cell.validity === 'invalid' || METRICS.some((metric) => cell[metric].value === null),
  );
  const notes = gap ? [NOTE, `${NO_VALUE} a level is missing or invalid.`] : [NOTE];
  return [
    tableMarkup({
      id: `table-3-${family.key}`,
      number: 'Table 3',
      title: 'Means over all load levels',
      columns: COLUMNS,
      rows: overLevels(view, family, family.workers),
      notes,
      paperView: true,
    }),
    tableMarkup({
      id: `table-6-${family.key}`,
      number: 'Table 6',
      title: `Deployment models at ${most === 1 ? '1 worker' : `${most} workers`}, means over all load levels`,
      columns: COLUMNS,
      rows: overLevels(view, family, [most]),
      notes,
      paperView: true,
    }),
  ];
}

/** Tables 7 and 8 as the paper made them: the spread over load levels, which is the load's own and not the deployment's. */
export function spreadOverLevelsTable(view: View, family: Family): Markup {
  const least = family.workers[0] ?? 1;
  const spread = (metric: Metric, cells: readonly CellResult[]): string[] => {
    const values = cells.flatMap((cell) => cell[metric].value ?? []);
    if (values.length < family.levels.length) return [NO_VALUE, NO_VALUE, NO_VALUE];
    return [mean(values), standardDeviation(values), variance(values)].map((value) => plainText(metric, value));
  };
  return tableMarkup({
    id: `table-7-8-levels-${family.key}`,
    number: 'Tables 7 and 8',
    title: `Spread over the load levels, ${least === 1 ? '1 worker' : `${least} workers`}`,
    columns: [{ head: 'Deployment' }, ...spreadColumns('latency_mean_ms'), ...spreadColumns('throughput_rps')],
    rows: groupsOf(family, [least]).map(({ deployment, cells }) => ({
      head: view.name(deployment),
      cells: [...spread('latency_mean_ms', cells), ...spread('throughput_rps', cells)].map(numberCell),
    })),
    notes: [
      'This spread is that of the loads that were chosen, not of the deployments: the tables above hold the spread over repetitions.',
    ],
    paperView: true,
  });
}

function spreadColumns(metric: Metric): Column[] {
  const { head, unit } = METRIC_LOOKS[metric];
  const kind = 'number' as const;
  return [
    { head, unit: `mean, ${unit}`, kind },
    { head: 'SD', unit, kind },
    { head: 'Variance', unit: squaredUnit(metric), kind },
  ];
}
