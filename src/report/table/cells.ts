import type { Metric } from '../../core/metric.ts';
import type { CellResult } from '../../core/results.ts';
import { type Family, hasLevels, levelCellText, levelOf, levelText } from '../families.ts';
import type { Markup } from '../markup.ts';
import type { View } from '../view.ts';
import { judgementCell } from './judgement.ts';
import { type Column, numberCell, type Row, tableMarkup } from './table.ts';
import { gapNotes, markNotes, metricColumn, valueCell } from './value-cell.ts';

const AT_HIGHEST: readonly Metric[] = [
  'throughput_rps',
  'latency_mean_ms',
  'latency_p50_ms',
  'latency_p95_ms',
  'latency_p99_ms',
  'error_rate',
  'server_cpu_ms_per_request',
  'server_rss_peak_mb',
];
const BY_LOAD: readonly Metric[] = AT_HIGHEST.slice(0, 6);
/** What was found, and what the best step of the search was like. */
const OF_SEARCH: readonly Metric[] = ['capacity_rps', ...AT_HIGHEST.slice(1)];

const DEPLOYMENT: Column = { head: 'Deployment' };
const JUDGEMENT: Column = { head: 'Bound by' };

function rowOf(
  view: View,
  cell: CellResult,
  before: CellResult | undefined,
  metrics: readonly Metric[],
  key: number | string,
): Row {
  return {
    head: view.name(cell.deployment),
    cell: cell.cell,
    invalid: cell.validity === 'invalid',
    opens: before !== undefined && before.deployment !== cell.deployment,
    cells: [numberCell(key), ...metrics.map((metric) => valueCell(cell, metric)), judgementCell(cell)],
  };
}

/** Table 4: every deployment and worker count at the highest level of a family; of a search what it found. */
export function highestLoadTable(view: View, family: Family): Markup {
  const highest = family.levels.at(-1) ?? 0;
  const cells = family.cells.filter((cell) => levelOf(cell) === highest);
  const metrics = family.metric === 'capacity_rps' ? OF_SEARCH : AT_HIGHEST;
  return tableMarkup({
    id: `table-4-${family.key}`,
    number: `Table 4, ${family.short}`,
    title: highestTitle(family, highest),
    columns: [DEPLOYMENT, { head: 'Workers', kind: 'number' }, ...metrics.map(metricColumn), JUDGEMENT],
    rows: cells.map((cell, i) => rowOf(view, cell, cells[i - 1], metrics, cell.workers)),
    notes: [
      ...gapNotes(cells, metrics),
      ...markNotes(cells, metrics),
      ...searchNotes(family),
      ...iterationNotes(family),
    ],
  });
}

function highestTitle(family: Family, highest: number): string {
  const text = levelText(family, highest);
  if (family.metric === 'capacity_rps') return `The highest rate within the limit: ${text}`;
  return hasLevels(family) ? `At the highest load: ${text}` : `Through ${text}`;
}

function searchNotes({ metric }: Family): string[] {
  return metric === 'capacity_rps'
    ? ['Deployments are compared by their capacity only: the other values are those of each one’s own best rate.']
    : [];
}

/** Why more is served than arrives. */
function iterationNotes({ cells, metric }: Family): string[] {
  if (!cells.some(({ load }) => load.rate_of === 'iterations')) return [];
  return metric === 'capacity_rps'
    ? ['The capacity is a rate of iterations, of which some are several requests.']
    : [
        'The rate of the schedule is that of iterations, of which some are several requests: the throughput counts requests.',
      ];
}

/** Table 5: by load, one table for each worker count. */
export function byLoadTables(view: View, family: Family): Markup[] {
  return family.workers.map((workers) => {
    const cells = family.cells.filter((cell) => cell.workers === workers);
    return tableMarkup({
      id: `table-5-${family.key}-w${workers}`,
      number: `Table 5, ${family.short}`,
      title: `By load, ${workers === 1 ? '1 worker' : `${workers} workers`}`,
      columns: [DEPLOYMENT, { head: family.levelHead, kind: 'number' }, ...BY_LOAD.map(metricColumn), JUDGEMENT],
      rows: cells.map((cell, i) => rowOf(view, cell, cells[i - 1], BY_LOAD, levelCellText(cell))),
      notes: [...gapNotes(cells, BY_LOAD), ...markNotes(cells, BY_LOAD)],
    });
  });
}
