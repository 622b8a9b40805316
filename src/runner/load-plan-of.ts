import type { Contract } from '../core/contract.ts';
import { workloadBody } from '../core/contract.ts';
import { PROBE_S } from '../core/limits.ts';
import type { LoadPlan } from '../core/load-plan.ts';
import type { Cell } from '../core/matrix.ts';
import { seededRandom } from '../core/random.ts';
import type { Spec } from '../core/spec.ts';
import { LOOPBACK } from './ports.ts';

type PlanSpec = Pick<Spec, 'warmup_s' | 'window_s' | 'timeout_s' | 'seed'>;

/** What the engine is to do in a trial of a cell. The contract must define the cell's workload. */
export function loadPlanOf(cell: Cell, block: number, spec: PlanSpec, contract: Contract, port: number): LoadPlan {
  return {
    host: LOOPBACK,
    port,
    request: plannedRequest(contract, cell.workload),
    model: modelOf(cell),
    warmup_s: spec.warmup_s,
    window_s: spec.window_s,
    timeout_s: spec.timeout_s,
    seed: loadSeed(spec.seed, block, cell),
  };
}

/** One user without think time, for 3 s in all: its mean service time is R₁, what a request costs when nothing waits. */
export function probePlanOf(cell: Cell, spec: PlanSpec, contract: Contract, port: number): LoadPlan {
  return {
    ...loadPlanOf(cell, 0, spec, contract, port),
    model: { kind: 'connections', connections: 1 },
    warmup_s: PROBE_S / 3,
    window_s: (PROBE_S * 2) / 3,
  };
}

export function modelOf({ load }: Pick<Cell, 'load'>): LoadPlan['model'] {
  if (load.kind === 'connections') return { kind: 'connections', connections: load.connections };
  const { users, think_time, ramp_users_per_s } = load;
  return { kind: 'users', users, think_time, ramp_users_per_s };
}

export function plannedRequest(contract: Contract, name: string): LoadPlan['request'] {
  const workload = contract.workloads[name];
  if (workload === undefined) throw new RangeError(`the contract has no workload ${name}`);
  const [method = 'GET', path = '/'] = workload.request.split(' ', 2);
  return {
    name: workload.request,
    method,
    path,
    headers: {},
    body: null,
    expect: { statuses: [workload.status], json: workloadBody(contract, workload) },
  };
}

/** The same for every deployment at one load level of a block: their users think the same times. */
function loadSeed(seed: number, block: number, cell: Cell): number {
  return Math.floor(seededRandom(seed, 'load', String(block), JSON.stringify(cell.load))() * 2 ** 32);
}
