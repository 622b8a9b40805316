import { describe, expect, test } from 'vitest';
import { MAX_CHECKS, MAX_THRESHOLDS } from '../../src/core/gate/threshold.ts';
import type { TargetOffer } from '../../src/core/offer.ts';
import { parseSpec } from '../../src/core/spec-parse.ts';
import { OFFERS } from '../fixtures/offers.ts';

const GOOD = {
  name: 'Is head slower?',
  series: 'shop',
  deployments: [
    { id: 'base', target: 'fastapi', server: 'uvicorn' },
    { id: 'head', target: 'fastapi', server: 'uvicorn' },
  ],
  workers: [1, 4],
  load: [
    { model: 'closed', connections: [1, 16] },
    { model: 'closed', users: [50], think_time_s: { uniform: [1, 2] } },
  ],
};

const REGRESSION = { metric: 'throughput_rps', worse_by: 0.03, base: 'base', head: 'head' };

function problemsIn(over: Record<string, unknown>, offers: readonly TargetOffer[] | null = OFFERS) {
  const result = parseSpec({ ...GOOD, ...over }, { offers });
  return result.ok ? {} : Object.fromEntries(result.problems.map((p) => [p.pointer, p.detail]));
}

const withThresholds = (...thresholds: unknown[]) => problemsIn({ thresholds });
const regression = (over: Record<string, unknown>) => withThresholds({ regression: { ...REGRESSION, ...over } });

describe('thresholds of a spec', () => {
  test('may be expectations, regressions between deployments, and regressions against the series', () => {
    const thresholds = [
      { id: 'slo', cells: { deployment: 'head', users: 50 }, expect: ['latency_p95_ms < 800', 'error_rate < 0.01'] },
      { cells: { connections: 16, workers: 4, workload: 'test' }, regression: REGRESSION },
      { regression: { ...REGRESSION, base: 'series' } },
      { cells: { deployment: 'head' }, regression: REGRESSION },
    ];
    const parsed = parseSpec({ ...GOOD, thresholds }, { offers: OFFERS });
    expect(parsed).toMatchObject({ ok: true, spec: { thresholds: [thresholds[0], thresholds[1], {}, {}] } });
    expect(parsed.ok && parsed.spec.thresholds[2]?.cells).toEqual({});
  });

  test('a spec without any has none', () => {
    const parsed = parseSpec(GOOD, { offers: OFFERS });
    expect(parsed.ok && parsed.spec.thresholds).toEqual([]);
  });

  test('are exactly one of expect and regression', () => {
    expect(withThresholds({}, { expect: ['error_rate == 0'], regression: REGRESSION })).toEqual({
      '/thresholds/0': 'expected exactly one of `expect` and `regression`, got neither',
      '/thresholds/1': 'expected exactly one of `expect` and `regression`, got both',
    });
  });

  test('name every mistake of all of them at once, each at its place', () => {
    const problems = withThresholds(
      { id: 'a', expect: ['latency_p95 < 800', 'error_rate < 0.01', 'latency_p99_ms < soon'] },
      { id: 'a', cells: { users: 20, deployment: 'haed' }, regression: { ...REGRESSION, base: 'bsae' } },
      { expct: ['error_rate == 0'] },
    );
    expect(Object.keys(problems).sort()).toEqual([
      '/thresholds/0/expect/0',
      '/thresholds/0/expect/2',
      '/thresholds/1/cells/deployment',
      '/thresholds/1/cells/users',
      '/thresholds/1/id',
      '/thresholds/1/regression/base',
      '/thresholds/2/expct',
    ]);
    expect(problems['/thresholds/0/expect/0']).toContain('did you mean `latency_p95_ms`?');
    expect(problems['/thresholds/1/id']).toBe('threshold id "a" is already used');
    expect(problems['/thresholds/1/cells/deployment']).toContain('did you mean `head`?');
    expect(problems['/thresholds/1/cells/users']).toBe('no cell has 20 users; the spec has 50');
    expect(problems['/thresholds/1/regression/base']).toBe(
      'the spec has no deployment "bsae"; it has base and head; did you mean `base`?, or `series` for the baseline of the series',
    );
    expect(problems['/thresholds/2/expct']).toBe('unknown key `expct`; did you mean `expect`?');
  });

  test('select cells that the matrix has', () => {
    expect(withThresholds({ cells: { workers: 2 }, expect: ['error_rate == 0'] })).toEqual({
      '/thresholds/0/cells/workers': 'no cell has 2 workers; the spec has 1 and 4',
    });
    expect(withThresholds({ cells: { users: 50, connections: 16 }, expect: ['error_rate == 0'] })).toEqual({
      '/thresholds/0/cells': 'no cell has both users and connections',
    });
    expect(withThresholds({ cells: { workload: 'tasks' }, expect: ['error_rate == 0'] })).toEqual({
      '/thresholds/0/cells/workload': 'no cell has workload "tasks"; the spec has test',
    });
    expect(withThresholds({ cells: { deployment: 'base' }, regression: REGRESSION })).toEqual({
      '/thresholds/0/cells/deployment': 'the cells of a regression are those of its head "head", got "base"',
    });
  });

  test('compare two deployments of the spec', () => {
    expect(regression({ head: 'hed' })).toEqual({
      '/thresholds/0/regression/head': 'the spec has no deployment "hed"; it has base and head; did you mean `head`?',
    });
    expect(regression({ base: 'head' })).toEqual({ '/thresholds/0/regression/head': 'base and head are both "head"' });
    expect(regression({ metric: 'error_rate' })['/thresholds/0/regression/metric']).toContain(
      'write `expect: ["error_rate < 0.01"]` instead',
    );
    expect(Object.keys(regression({ worse_by: 0, metric: 'latency' }))).toEqual([
      '/thresholds/0/regression/metric',
      '/thresholds/0/regression/worse_by',
    ]);
  });

  test('want a series for its baseline, and no deployment that has its name', () => {
    const thresholds = [{ regression: { ...REGRESSION, base: 'series' } }];
    expect(problemsIn({ thresholds, series: undefined })['/thresholds/0/regression/base']).toContain('no `series:`');
    const deployments = [...GOOD.deployments, { id: 'series', target: 'fastapi', server: 'uvicorn' }];
    expect(problemsIn({ thresholds, deployments })['/thresholds/0/regression/base']).toContain('another id');
  });

  test('are not held against deployments, levels or worker counts that could not be read', () => {
    const thresholds = [{ cells: { users: 20, workers: 3 }, regression: { ...REGRESSION, head: 'third' } }];
    const problems = problemsIn({
      thresholds,
      workers: 'many',
      deployments: [...GOOD.deployments, { id: 'third', target: 7, server: 'uvicorn' }],
      load: [{ model: 'opne' }],
    });
    expect(Object.keys(problems).filter((pointer) => pointer.startsWith('/thresholds'))).toEqual([]);
  });

  test('may be about a deployment that was skipped, also when the stored spec is read again', () => {
    const thresholds = [{ cells: { deployment: 'gone' }, expect: ['error_rate == 0'] }];
    const deployments = [...GOOD.deployments, { id: 'gone', target: 'nothing', server: 'uvicorn' }];
    const parsed = parseSpec({ ...GOOD, deployments, thresholds, missing_targets: 'skip' }, { offers: OFFERS });
    expect(parsed.ok && parsed.spec.deployments.map(({ id }) => id)).toEqual(['base', 'head']);
    expect(parsed.ok && parseSpec(parsed.spec, { offers: null }).ok).toBe(true);
  });

  test('are at most 32, and at most 2,000 checks', () => {
    const many = Array.from({ length: MAX_THRESHOLDS + 1 }, () => ({ expect: ['error_rate == 0'] }));
    expect(problemsIn({ thresholds: many })['/thresholds']).toContain('expected at most 32 entries');
    const sixteen = Array.from({ length: 16 }, () => 'error_rate == 0');
    // 2 deployments × 2 worker counts × 3 levels = 12 cells, 192 checks a threshold.
    const wide = (n: number) => ({ thresholds: Array.from({ length: n }, () => ({ expect: sixteen })) });
    expect(problemsIn(wide(10))).toEqual({});
    expect(problemsIn(wide(11))['/thresholds']).toContain(`are 2112 checks`);
    expect(problemsIn(wide(11))['/thresholds']).toContain(String(MAX_CHECKS));
    const half = Array.from({ length: 32 }, () => ({ cells: { users: 50 }, expect: sixteen }));
    // 4 cells each: 2,048.
    expect(problemsIn({ thresholds: half })['/thresholds']).toContain('are 2048 checks');
  });
});
