import type { Metric } from '../../core/metric.ts';
import type { CellResult } from '../../core/results.ts';
import { type Family, levelOf, levelText } from '../families.ts';
import { bottleneckText } from '../reasons.ts';
import { METRIC_LOOKS, plainText } from '../value-text.ts';
import type { View } from '../view.ts';
import { fitColumns, joinCells, type TextColumn } from './columns.ts';
import type { Paint } from './paint.ts';
import { plusMinusColumn } from './plus-minus.ts';
import { printable } from './wrap-text.ts';

const INDENT = '  ';
/** Of a column without a value: more dispensable than any other. */
const EMPTY = 9;

/** The cells of a family, a group of rows for each load level. */
export function cellsTable(view: View, family: Family, width: number, paint: Paint): string[] {
  const cells = family.levels.flatMap((level) => family.cells.filter((cell) => levelOf(cell) === level));
  const { rows } = fitColumns(columnsOf(view, family, cells), width - INDENT.length);
  const [head = [], ...body] = rows;
  const lines = [paint('dim', INDENT + joinCells(head))];
  body.forEach((row, i) => {
    const cell = cells[i];
    const before = cells[i - 1];
    if (cell === undefined) return;
    if (before === undefined || levelOf(before) !== levelOf(cell))
      lines.push(paint('bold', levelText(family, levelOf(cell))));
    const line = INDENT + joinCells(row);
    lines.push(painted(cell, line, paint));
  });
  return lines;
}

/** A row in the colour of what may be believed of its cell. */
export function painted({ validity }: Pick<CellResult, 'validity'>, line: string, paint: Paint): string {
  if (validity === null || validity === 'valid') return line;
  return paint(validity === 'invalid' ? 'red' : 'yellow', line);
}

function columnsOf(view: View, family: Family, cells: readonly CellResult[]): TextColumn[] {
  const metric = (name: Metric, head: string, dispensable: number): TextColumn => ({
    head,
    align: 'right',
    cells: plusMinusColumn(cells, name),
    dispensable,
  });
  // A percentile that no cell vouches for is the first to make room.
  const latency = (name: Metric, dispensable: number): TextColumn =>
    metric(
      name,
      `${METRIC_LOOKS[name].head.toLowerCase()} ms`,
      cells.some((cell) => cell[name].value !== null) ? dispensable : EMPTY,
    );
  return [
    {
      head: 'deployment',
      align: 'left',
      cells: cells.map((cell) => printable(view.name(cell.deployment))),
      dispensable: 0,
    },
    { head: 'w', align: 'right', cells: cells.map((cell) => String(cell.workers)), dispensable: 0 },
    metric(family.metric, family.metric === 'capacity_rps' ? 'capacity/s' : 'requests/s', 0),
    latency('latency_p50_ms', 2),
    latency('latency_p95_ms', 0),
    latency('latency_p99_ms', 4),
    {
      head: 'errors %',
      align: 'right',
      cells: cells.map((cell) => (cell.validity === null ? '' : plainText('error_rate', cell.error_rate.value))),
      dispensable: 3,
    },
    {
      head: 'bound by',
      align: 'left',
      cells: cells.map((cell) => (cell.validity === null ? 'to come' : (bottleneckText(cell) ?? ''))),
      dispensable: 1,
    },
    {
      head: '',
      align: 'left',
      cells: cells.map(({ validity }) => (validity === null || validity === 'valid' ? '' : validity)),
      dispensable: 0,
    },
  ];
}
