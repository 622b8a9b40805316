import type { LoadResult, RequestResult } from '../../core/load-result.ts';
import { numberText } from '../../core/number-text.ts';
import { fitColumns, joinCells, type TextColumn } from '../terminal/columns.ts';
import { printable } from '../terminal/wrap-text.ts';
import { LATENCY_HEADS, latencyCell } from './latency-cells.ts';

/** The figures of a request name, and the share of its requests that each has below it; the mean has no such share. */
const SHOWN = { mean: null, p50: 0.5, p95: 0.95, p99: 0.99, max: 1 } as const;
type Shown = keyof typeof SHOWN;

/** Given up where the terminal is narrow, the highest first. */
const DISPENSABLE: Readonly<Record<Shown, number>> = { mean: 2, p50: 0, p95: 3, p99: 0, max: 1 };

/** One row for each request name, in the order of the plan; nothing for a plan of one request. */
export function requestTable({ by_request = [], withheld }: LoadResult, width: number): string[] {
  if (by_request.length === 0) return [];
  const figures = (Object.keys(SHOWN) as Shown[]).map((name): TextColumn => ({
    head: LATENCY_HEADS[name],
    align: 'right',
    cells: by_request.map((one) => latencyCell(one.latency_ms, name, withheld, isLowerBound(name, one))),
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

/** Failures rank above all answers: what has its rank ⌈qn⌉ among them is only a lower bound, and so is the mean. */
function isLowerBound(name: Shown, { ok, failed }: RequestResult): boolean {
  const q = SHOWN[name];
  return failed > 0 && (q === null || Math.ceil(q * (ok + failed) - 1e-9) > ok);
}
