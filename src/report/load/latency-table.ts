import { FAILURE_CLASSES, type LatencyStats, type LoadResult } from '../../core/load-result.ts';
import { LATENCY_HEADS, latencyCell, type LatencyName } from './latency-cells.ts';

const COLUMNS: readonly LatencyName[] = ['mean', 'p50', 'p90', 'p95', 'p99', 'p999', 'max'];
/** Of the first column of each line of figures. */
export const LABEL_WIDTH = 12;
const CELL_WIDTH = 10;

function row(label: string, cells: readonly string[]): string {
  return label.padEnd(LABEL_WIDTH) + cells.map((cell) => cell.padStart(CELL_WIDTH)).join('');
}

function latencyRow(label: string, stats: LatencyStats, result: LoadResult, isMarked: boolean): string {
  const cells = COLUMNS.map((name) =>
    latencyCell(stats, name, result.withheld, isMarked && result.censored.includes(name)),
  );
  return row(label, cells);
}

export function failedOf({ failed }: Pick<LoadResult, 'failed'>): number {
  return FAILURE_CLASSES.reduce((sum, name) => sum + failed[name], 0);
}

/** Latency, where some failed that of the ok answers alone, and service time: a line each, below a head. */
export function latencyTable(result: LoadResult): string[] {
  return [
    row(
      'ms',
      COLUMNS.map((name) => LATENCY_HEADS[name]),
    ),
    latencyRow('Latency', result.latency_ms, result, true),
    ...(failedOf(result) > 0 ? [latencyRow('  ok only', result.latency_ok_ms, result, false)] : []),
    latencyRow('Service', result.service_ms, result, false),
  ];
}
