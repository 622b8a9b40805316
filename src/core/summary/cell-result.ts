import type { Cell } from '../matrix.ts';
import type { CellResult } from '../results.ts';
import { meanThinkTimeS } from '../spec.ts';
import { censoredIn } from '../validity/censored.ts';
import type { JudgedCell } from './judged-cells.ts';

export function loadOf({ load }: Cell): CellResult['load'] {
  const { model, family } = load;
  if (load.kind === 'connections') {
    const { connections } = load;
    return { model, users: null, connections, think_time_mean_s: null, ramp_users_per_s: null, family };
  }
  return {
    model,
    users: load.users,
    connections: null,
    think_time_mean_s: meanThinkTimeS(load.think_time),
    ramp_users_per_s: load.ramp_users_per_s,
    family,
  };
}

export function cellResult(judged: JudgedCell): CellResult {
  const { cell, metrics, trials } = judged;
  return {
    cell: cell.cell,
    deployment: cell.deployment,
    target: cell.target,
    server: cell.server,
    interface: cell.interface ?? trials.find((t) => t.result.interface !== null)?.result.interface ?? null,
    workers: cell.workers,
    load: loadOf(cell),
    workload: cell.workload,
    n: judged.usable.length,
    ...metrics,
    censored: censoredIn(judged.facts),
    bottleneck: judged.bottleneck,
    validity: judged.validity,
    findings: [...judged.findings],
    trials: trials.map((trial) => trial.id),
  };
}
