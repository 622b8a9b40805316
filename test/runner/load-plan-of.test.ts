import { describe, expect, test } from 'vitest';
import { parseContract } from '../../src/core/contract.ts';
import { loadPlanSchema } from '../../src/core/load-plan.ts';
import { expandMatrix } from '../../src/core/matrix.ts';
import type { RequestList } from '../../src/core/request-list.ts';
import { loadPlanOf, probePlanOf } from '../../src/runner/load-plan-of.ts';
import { makeSpec } from '../fixtures/experiment-facts.ts';

const parsed = parseContract({
  version: 1,
  requests: [
    { request: 'GET /test', expect: { status: 200, json: { message: 'Hello' } } },
    { request: 'POST /tasks', json: { title: 'a' }, save: { id: '$.id' }, expect: { status: 201 } },
    { request: 'DELETE /tasks/{{id}}', expect: { status: 204 } },
  ],
  workloads: { test: { about: 'small', request: 'GET /test', status: 200 } },
});
const contract = parsed.ok ? parsed.contract : (undefined as never);

const LOAD = [
  { model: 'closed', users: [10], think_time_s: { uniform: [1, 2] } },
  { model: 'closed', connections: [16] },
  { model: 'open', rate_rps: [500], max_connections: 200 },
  { model: 'open', stages: [{ rate_rps: [10, 20], for_s: 3 }], arrivals: 'constant' },
  { model: 'capacity', limit: { latency_p95_ms: 50 }, start_rps: 80 },
];

function plansOf(over: Readonly<Record<string, unknown>> = {}, generatorCpus: readonly number[] = [2, 3]) {
  const spec = makeSpec({ deployments: [{ id: 'a', target: 'a', server: 's' }], load: LOAD, seed: 7, ...over });
  const context = { spec, contract, port: 8080, generatorCpus };
  return expandMatrix(spec).map((cell) => ({
    plan: loadPlanOf(cell, 1, context),
    probe: probePlanOf(cell, context),
  }));
}

describe('the plan of a trial', () => {
  test('has the model of its cell, in a form that the engine takes', () => {
    const plans = plansOf().map(({ plan }) => loadPlanSchema.parse(plan));
    const pool = { arrivals: 'poisson', connections: 50, max_connections: 1000 };
    expect(plans.map(({ model }) => model)).toEqual([
      { kind: 'users', users: 10, think_time: { kind: 'uniform', lo_s: 1, hi_s: 2 }, ramp_users_per_s: 10 },
      { kind: 'connections', connections: 16 },
      { kind: 'rate', rate_rps: 500, ...pool, max_connections: 200 },
      { kind: 'stages', stages: [{ from_rps: 10, to_rps: 20, for_s: 3 }], ...pool, arrivals: 'constant' },
      { kind: 'capacity', limit: { quantile: 0.95, latency_ms: 50, error_rate: 0.001 }, start_rps: 80, ...pool },
    ]);
  });

  test('has a thread for each core of the generator, and one where it is pinned to none', () => {
    expect(plansOf().map(({ plan }) => plan.threads)).toEqual([2, 2, 2, 2, 2]);
    expect(plansOf({}, []).map(({ plan }) => plan.threads)).toEqual([1, 1, 1, 1, 1]);
  });

  test('of a named workload asks the one request of the contract, with its answer', () => {
    expect(plansOf()[0]!.plan.workload).toEqual([
      {
        weight: 1,
        steps: [
          {
            name: 'GET /test',
            method: 'GET',
            path: '/test',
            headers: {},
            body: null,
            expect: { statuses: [200], json: '{"message":"Hello"}' },
          },
        ],
      },
    ]);
  });

  test('draws the same for every deployment at one load of a block, and otherwise in another block', () => {
    const spec = makeSpec({ load: [{ model: 'open', rate_rps: [500] }] });
    const context = { spec, contract, port: 1, generatorCpus: [] };
    const seeds = (block: number) => expandMatrix(spec).map((cell) => loadPlanOf(cell, block, context).seed);
    expect(new Set(seeds(1)).size).toBe(1);
    expect(seeds(2)).not.toEqual(seeds(1));
  });
});

describe('the plan of a list of requests', () => {
  const READS: RequestList = [
    { request: 'GET /test', weight: 3 },
    { request: 'GET /test?x=1', weight: 1 },
  ];
  const WRITES: RequestList = [
    ...READS,
    {
      weight: 2,
      sequence: [
        { request: 'POST /tasks', body: { title: '{{seq}}' }, save: { id: '$.id' } },
        { request: 'DELETE /tasks/{{id}}' },
      ],
    },
  ];
  const expects = (workload: RequestList) =>
    plansOf({ workload })[0]!.plan.workload.map(({ steps }) =>
      steps.map(({ expect: { statuses, json } }) => [statuses, json]),
    );

  test('expects of each step what the contract says', () => {
    expect(expects(WRITES).slice(2)).toEqual([
      [
        [[201], null],
        [[204], null],
      ],
    ]);
    expect(plansOf({ workload: WRITES })[0]!.plan.workload.map(({ weight }) => weight)).toEqual([3, 1, 2]);
  });

  test('expects the body that the contract knows only where nothing of the list writes', () => {
    expect(expects(READS)).toEqual([[[[200], '{"message":"Hello"}']], [[[200], null]]]);
    expect(expects(WRITES)[0]).toEqual([[[200], null]]);
  });
});

test('a probe asks the same of one connection, on one thread', () => {
  const [{ plan, probe }] = plansOf() as [ReturnType<typeof plansOf>[number]];
  expect(probe).toMatchObject({ workload: plan.workload, model: { kind: 'connections', connections: 1 }, threads: 1 });
  expect(probe.warmup_s + probe.window_s).toBeCloseTo(3, 12);
});
