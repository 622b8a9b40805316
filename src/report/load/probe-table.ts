import type { CapacityResult } from '../../core/load-result.ts';
import { apartText, declaredText, numberText, percentText } from '../../core/number-text.ts';
import { fitColumns, joinCells, type TextColumn } from '../terminal/columns.ts';

/** The steps of a search in the order in which they were made, each share with its bounds. `unit`: of the rates. */
export function probeTable({ probes, limit }: CapacityResult, unit: string, width: number): string[] {
  const columns = [
    column(
      unit,
      probes.map(({ rate_rps }) => numberText(rate_rps)),
    ),
    column(
      'window',
      probes.map(({ window_s }) => `${numberText(window_s)} s`),
    ),
    column(
      'outcome',
      probes.map(({ outcome }) => outcome),
    ),
    column(
      `over ${declaredText(limit.latency_ms)} ms or failed`,
      probes.map((p) => shareText(p.over_limit, p.requests, [p.over_limit_lo, p.over_limit_hi], 1 - limit.quantile)),
    ),
    column(
      'failed',
      probes.map((p) => shareText(p.failed, p.requests, [p.error_rate_lo, p.error_rate_hi], limit.error_rate)),
    ),
  ];
  return fitColumns(columns, width).rows.map(joinCells);
}

function column(head: string, cells: readonly string[]): TextColumn {
  return { head, align: 'right', cells, dispensable: 0 };
}

/** `most`: the limit that the bounds are held against. */
function shareText(part: number, whole: number, bounds: readonly [number, number], most: number): string {
  if (whole === 0) return '—';
  const [low, high] = bounds.map((bound) => apartText(bound, most, percentText));
  return `${percentText(part / whole)} (${low}–${high})`;
}
