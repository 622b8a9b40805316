import type { Contract } from '../core/contract.ts';
import { workloadBody } from '../core/contract.ts';
import { expectationOf } from '../core/contract-expectation.ts';
import { PROBE_S } from '../core/limits.ts';
import { always, type LoadModel, type LoadPlan, type PlanItem, type PlannedRequest } from '../core/load-plan.ts';
import type { Cell, LoadLevel } from '../core/matrix.ts';
import { seededRandom } from '../core/random.ts';
import { planItems, type RequestList, stepsOf } from '../core/request-list.ts';
import type { Spec } from '../core/spec.ts';
import { LOOPBACK } from './ports.ts';

export type PlanSpec = Pick<Spec, 'workload' | 'warmup_s' | 'window_s' | 'timeout_s' | 'seed'>;

export interface PlanContext {
  readonly spec: PlanSpec;
  /** Must define the spec's workload where that has a name. */
  readonly contract: Contract;
  readonly port: number;
  /** Cores of the generator: one thread for each. */
  readonly generatorCpus: readonly number[];
}

/** One for each core of the generator. */
export function threadsOf(generatorCpus: readonly number[]): number {
  return Math.max(1, generatorCpus.length);
}

/** What the engine is to do in a trial of a cell. */
export function loadPlanOf(cell: Cell, block: number, context: PlanContext): LoadPlan {
  const { spec, contract, port, generatorCpus } = context;
  return {
    host: LOOPBACK,
    port,
    workload: workloadItems(contract, spec.workload),
    model: modelOf(cell.load),
    threads: threadsOf(generatorCpus),
    warmup_s: spec.warmup_s,
    window_s: spec.window_s,
    timeout_s: spec.timeout_s,
    seed: loadSeed(spec.seed, block, cell),
  };
}

/** One user without think time, for 3 s in all: its mean service time is R₁, what a request costs when nothing waits. */
export function probePlanOf(cell: Cell, context: PlanContext): LoadPlan {
  return {
    ...loadPlanOf(cell, 0, context),
    model: { kind: 'connections', connections: 1 },
    threads: 1,
    warmup_s: PROBE_S / 3,
    window_s: (PROBE_S * 2) / 3,
  };
}

export function modelOf(load: LoadLevel): LoadModel {
  switch (load.kind) {
    case 'users': {
      const { users, think_time, ramp_users_per_s } = load;
      return { kind: 'users', users, think_time, ramp_users_per_s };
    }
    case 'connections':
      return { kind: 'connections', connections: load.connections };
    case 'rate':
      return { kind: 'rate', rate_rps: load.rate_rps, ...load.pool };
    case 'stages':
      return { kind: 'stages', stages: [...load.stages], ...load.pool };
    default:
      return { kind: 'capacity', limit: load.limit, start_rps: load.start_rps, ...load.pool };
  }
}

export function workloadItems(contract: Contract, workload: Spec['workload']): PlanItem[] {
  return typeof workload === 'string' ? always(plannedRequest(contract, workload)) : listItems(contract, workload);
}

export function plannedRequest(contract: Contract, name: string): PlannedRequest {
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

const READS = /^(?:GET|HEAD|OPTIONS) /;

/** The answers that the contract knows are those of a state that a list which writes does not leave alone. */
function listItems(contract: Contract, list: RequestList): PlanItem[] {
  const onlyReads = list.every((item) => stepsOf(item).every(({ request }) => READS.test(request)));
  return planItems(list, (step) => {
    const expected = expectationOf(contract, step);
    return onlyReads ? expected : { ...expected, json: null };
  });
}

/** The same for every deployment at one load level of a block: their users think the same times. */
function loadSeed(seed: number, block: number, cell: Cell): number {
  return Math.floor(seededRandom(seed, 'load', String(block), JSON.stringify(cell.load))() * 2 ** 32);
}
