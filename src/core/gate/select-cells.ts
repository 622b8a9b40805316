import type { Metric } from '../metric.ts';
import type { GateCell } from './gate-cell.ts';
import type { CellSelector } from './threshold.ts';

/** The cells that match all that the selector gives. A capacity is asked only of cells in which one is sought. */
export function selectCells(selector: CellSelector, cells: readonly GateCell[], metric: Metric): GateCell[] {
  const { deployment, workers, users, connections, rate_rps, workload } = selector;
  return cells.filter(
    ({ cell }) =>
      (deployment === undefined || cell.deployment === deployment) &&
      (workers === undefined || cell.workers === workers) &&
      (users === undefined || (cell.load.kind === 'users' && cell.load.users === users)) &&
      (connections === undefined || (cell.load.kind === 'connections' && cell.load.connections === connections)) &&
      (rate_rps === undefined || (cell.load.kind === 'rate' && cell.load.rate_rps === rate_rps)) &&
      (workload === undefined || cell.workload === workload) &&
      (metric !== 'capacity_rps' || cell.load.kind === 'capacity'),
  );
}

/** What stands for the cell where there is none: "deployment=head users=50". */
export function selectorText(selector: CellSelector): string {
  const parts = Object.entries(selector).map(([key, value]) => `${key}=${value}`);
  return parts.length === 0 ? 'every cell' : parts.join(' ');
}
