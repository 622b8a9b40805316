import { cellLoadOf } from '../cell-load.ts';
import type { CellResult } from '../results.ts';
import { boundedIn } from '../validity/censored.ts';
import { cellRequests } from './cell-requests.ts';
import type { JudgedCell } from './judged-cells.ts';

export function cellResult(judged: JudgedCell): CellResult {
  const { cell, metrics, trials } = judged;
  const { capacity_rps, ...measured } = metrics;
  const by_request = cellRequests(judged.facts.usable);
  return {
    cell: cell.cell,
    deployment: cell.deployment,
    target: cell.target,
    server: cell.server,
    interface: cell.interface ?? trials.find((t) => t.result.interface !== null)?.result.interface ?? null,
    workers: cell.workers,
    load: cellLoadOf(cell.load, judged.facts.spec.workload),
    workload: cell.workload,
    n: judged.usable.length,
    ...measured,
    censored: boundedIn(judged.facts),
    bottleneck: judged.bottleneck,
    validity: judged.validity,
    findings: [...judged.findings],
    trials: trials.map((trial) => trial.id),
    capacity_rps,
    ...(by_request.length > 0 && { by_request }),
  };
}
