import type { RequestMetric } from '../../core/metric.ts';
import { countText } from '../../core/number-text.ts';
import { type Family, placeText } from '../families.ts';
import { type RequestRow, requestRowsOf } from '../request-rows.ts';
import { shareText } from '../table/by-request.ts';
import { METRIC_LOOKS, plainText } from '../value-text.ts';
import type { View } from '../view.ts';
import { painted } from './cells-table.ts';
import { fitColumns, joinCells, shortened, type TextColumn } from './columns.ts';
import type { Paint } from './paint.ts';
import { plusMinusColumn } from './plus-minus.ts';
import { printable, wrapText } from './wrap-text.ts';

const INDENT = '  ';
/** Rows listed; more are no longer compact, and the page has all. */
const MOST_ROWS = 32;

/** What each request name took at the highest load, a group of rows for each; nothing of a workload of one request. */
export function requestsTable(view: View, family: Family, width: number, paint: Paint): string[] {
  const all = requestRowsOf(family);
  if (all.length === 0) return [];
  const rows = all.slice(0, MOST_ROWS);
  const [head = [], ...body] = fitColumns(columnsOf(view, rows), width - INDENT.length).rows;
  const title = `By request, ${placeText(family, family.levels.at(-1) ?? 0)}`;
  const lines = [
    ...wrapText(title, width, { first: '', rest: INDENT }).map((line) => paint('bold', line)),
    paint('dim', INDENT + joinCells(head)),
  ];
  body.forEach((cells, i) => {
    const row = rows[i];
    if (row === undefined) return;
    if (rows[i - 1]?.name !== row.name) lines.push(shortened(printable(row.name), width));
    lines.push(painted(row, INDENT + joinCells(cells), paint));
  });
  const more = all.length - rows.length;
  return more > 0 ? [...lines, `${INDENT}and ${countText(more, 'more row')}, on the page`] : lines;
}

function columnsOf(view: View, rows: readonly RequestRow[]): TextColumn[] {
  const latency = (metric: RequestMetric, dispensable: number): TextColumn => ({
    head: `${METRIC_LOOKS[metric].head.toLowerCase()} ms`,
    align: 'right',
    cells: plusMinusColumn(rows, metric),
    dispensable,
  });
  return [
    {
      head: 'deployment',
      align: 'left',
      cells: rows.map(({ of }) => printable(view.name(of.deployment))),
      dispensable: 0,
    },
    { head: 'w', align: 'right', cells: rows.map(({ of }) => String(of.workers)), dispensable: 0 },
    { head: 'share %', align: 'right', cells: rows.map(shareText), dispensable: 1 },
    latency('latency_mean_ms', 3),
    latency('latency_p50_ms', 2),
    latency('latency_p95_ms', 0),
    {
      head: 'errors %',
      align: 'right',
      cells: rows.map(({ error_rate }) => plainText('error_rate', error_rate.value)),
      dispensable: 0,
    },
  ];
}
