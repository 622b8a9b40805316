import { REQUEST_METRICS } from '../../core/metric.ts';
import { measuredText } from '../../core/number-text.ts';
import { MAX_REQUESTS_OF_CELL } from '../../core/results.ts';
import { type Family, placeText } from '../families.ts';
import { type Markup, markup } from '../markup.ts';
import { type RequestRow, requestRowsOf } from '../request-rows.ts';
import { NO_VALUE } from '../value-text.ts';
import type { View } from '../view.ts';
import { numberCell, type Row, tableMarkup, textCell } from './table.ts';
import { thinRows } from './thin-rows.ts';
import { gapNotes, metricColumn, valueCell, valueNotes } from './value-cell.ts';

/** Rows that fit on a screen. */
const LONG = 24;

/** What each request name of a list took, at the highest load of a family; null where the workload has one request. */
export function byRequestTable(view: View, family: Family): Markup | null {
  const all = requestRowsOf(family);
  if (all.length === 0) return null;
  const { shown, says } = thinRows(all, { kind: 'row', source: 'results.json' });
  const kind = 'number' as const;
  return tableMarkup({
    id: `table-requests-${family.key}`,
    number: `By request, ${family.short}`,
    title: `What each request took ${placeText(family, family.levels.at(-1) ?? 0)}`,
    columns: [
      { head: 'Request' },
      { head: 'Deployment' },
      { head: 'Workers', kind },
      { head: 'Share', unit: '% of requests', kind },
      ...REQUEST_METRICS.map(metricColumn),
    ],
    rows: shown.map((row, i) => rowOf(view, row, shown[i - 1])),
    notes: [...gapNotes(shown, REQUEST_METRICS, 'row'), ...valueNotes(shown, REQUEST_METRICS), ...partNotes(all, says)],
    long: shown.length > LONG,
  });
}

function rowOf(view: View, row: RequestRow, before: RequestRow | undefined): Row {
  return {
    head: markup`<code>${row.name}</code>`,
    cell: row.of.cell,
    invalid: row.validity === 'invalid',
    opens: before !== undefined && before.name !== row.name,
    cells: [
      textCell(view.name(row.of.deployment)),
      numberCell(row.of.workers),
      numberCell(shareText(row)),
      ...REQUEST_METRICS.map((metric) => valueCell(row, metric)),
    ],
  };
}

/** "12.5": per cent of the cell's requests. */
export function shareText({ share }: Pick<RequestRow, 'share'>): string {
  return share === null ? NO_VALUE : measuredText(share * 100);
}

function partNotes(rows: readonly RequestRow[], thinned: string | null): string[] {
  const isPart = rows.some(({ of }) => of.by_request?.length === MAX_REQUESTS_OF_CELL);
  return [
    ...(isPart
      ? [
          `Of a cell at most the ${MAX_REQUESTS_OF_CELL} names with the most requests; all are in the requests view of the results.`,
        ]
      : []),
    ...(thinned === null ? [] : [thinned]),
  ];
}
