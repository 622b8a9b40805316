import { type LoadResult, type RequestResult, type Withholdable, WITHHOLDABLE } from '../../core/load-result.ts';
import { numberText } from '../../core/number-text.ts';
import { isLowerBound } from '../../core/stats/lower-bound.ts';
import { fitColumns, joinCells, type TextColumn } from '../terminal/columns.ts';
import { printable } from '../terminal/wrap-text.ts';
import { LATENCY_HEADS, latencyCell } from './latency-cells.ts';

/** The figures of a request name, and the share of its requests that each has below it; the mean has no such share. */
const SHOWN = { mean: null, p50: 0.5, p95: 0.95, p99: 0.99, max: 1 } as const;
type Shown = keyof typeof SHOWN;

/** Given up where the terminal is narrow, the highest first. */
const DISPENSABLE: Readonly<Record<Shown, number>> = { mean: 2, p50: 0, p95: 3, p99: 0, max: 1 };

/** One row for each request name, in the order of the plan; nothing for a plan of one request. */
export function requestTable({ by_request = [] }: LoadResult, width: number): string[] {
  if (by_request.length === 0) return [];
  const figures = (Object.keys(SHOWN) as Shown[]).map((name): TextColumn => ({
    head: LATENCY_HEADS[name],
    align: 'right',
    cells: by_request.map((one) => latencyCell(one.latency_ms, name, withheldOf(one), isLowerBound(SHOWN[name], one))),
    dispensable: DISPENSABLE[name],
  }));
  const columns: TextColumn[] = [
    { head: 'Latency, ms', align: 'left', cells: by_request.map(({ name }) => printable(name)), dispensable: 0 },
    { head: 'requests', align: 'right', cells: by_request.map(({ requests }) => numberText(requests)), dispensable: 0 },
    { head: 'failed', align: 'right', cells: by_request.map(({ failed }) => numberText(failed)), dispensable: 0 },
    ...figures,
  ];
  return fitColumns(columns, width).rows.map(joinCells);
}

/** A name that has requests has all percentiles but those that the engine does not vouch for, which need not be those of all requests. */
function withheldOf({ requests, latency_ms }: RequestResult): Withholdable[] {
  return requests === 0 ? [] : WITHHOLDABLE.filter((name) => latency_ms[name] === null);
}
