import { describe, expect, test } from 'vitest';
import { compareResults, resultsComparisonSchema } from '../../../src/core/compare/compare-results.ts';
import { storedCells } from '../../../src/core/compare/stored-cell.ts';
import type { Results } from '../../../src/core/results.ts';
import { type ExperimentOptions, FASTAPI, makeExperiment, summarise } from '../../fixtures/experiment-facts.ts';
import { makeResults } from '../../fixtures/results.ts';
import { HOST_CONDITIONS, HOST_FINGERPRINT } from '../../fixtures/trial-result.ts';

const HOST: Results['host'] = { fingerprint: HOST_FINGERPRINT, digest: 'a'.repeat(64), conditions: HOST_CONDITIONS };
const ONE = { deployments: [FASTAPI], load: [{ model: 'closed', connections: [16] }] };
const USERS = { model: 'closed', users: [50], think_time_s: { uniform: [1, 2] } };

function measured(id: string, service_ms: number, options: ExperimentOptions = {}): Results {
  return summarise(
    makeExperiment({
      ...options,
      service_ms: { fastapi: service_ms },
      spec: { ...ONE, ...options.spec },
      over: { host: HOST, ...options.over },
      status: { id, ...options.status },
    }),
  );
}

const A = measured('exp_a', 4);

describe('two experiments', () => {
  test('are compared cell by cell, B to A, by Welch, because they share no block', () => {
    const comparison = compareResults(A, measured('exp_b', 5));
    expect(resultsComparisonSchema.parse(comparison)).toEqual(comparison);
    expect(comparison).toMatchObject({
      a: { experiment_id: 'exp_a' },
      b: { experiment_id: 'exp_b' },
      not_comparable: [],
    });
    expect(comparison.cells.map(({ cell, not_comparable }) => [cell, not_comparable])).toEqual([
      ['fastapi.w1.c16', null],
    ]);
    const [cell] = comparison.cells;
    expect(cell!.comparisons.map(({ metric }) => metric)).toEqual([
      'throughput_rps',
      'latency_mean_ms',
      'latency_p95_ms',
      'server_cpu_ms_per_request',
    ]);
    for (const { ratio, verdict } of cell!.comparisons) {
      expect(ratio).toBeCloseTo(0.8, 1);
      expect(verdict).toBe('slower');
    }
  });

  test('are each other’s mirror image', () => {
    const B = measured('exp_b', 5);
    const [forth, back] = [compareResults(A, B), compareResults(B, A)].map(({ cells }) => cells[0]!.comparisons[0]!);
    expect(forth!.ratio! * back!.ratio!).toBeCloseTo(1, 12);
    expect([forth!.verdict, back!.verdict]).toEqual(['slower', 'faster']);
  });

  test('that are the same within the margin are equivalent', () => {
    const [cell] = compareResults(A, measured('exp_b', 4)).cells;
    expect(cell!.comparisons[0]).toMatchObject({ verdict: 'equivalent', reason: null });
    expect(cell!.comparisons[0]!.ratio).toBeCloseTo(1, 12);
  });

  test.each([
    ['same-experiment', A],
    ['other-host', measured('exp_b', 4, { over: { host: { ...HOST, digest: 'b'.repeat(64) } } })],
    ['no-host', measured('exp_b', 4, { over: { host: null } })],
    ['not-ended', measured('exp_b', 4, { over: { partial: true }, status: { status: 'running', ended_at: null } })],
  ])('are not compared, cell by cell or at all: %s', (reason, other) => {
    const comparison = compareResults(A, other);
    expect(comparison.not_comparable).toEqual([reason]);
    expect(comparison.cells.flatMap(({ comparisons }) => comparisons)).toEqual([]);
    expect(resultsComparisonSchema.parse(comparison)).toEqual(comparison);
  });

  test('have cells that only one has, and cells that were loaded otherwise', () => {
    const load = (think: object, more: object[] = []) => ({ load: [{ ...USERS, think_time_s: think }, ...more] });
    const uniform = measured('exp_a', 4, { spec: load({ uniform: [1, 2] }, [{ model: 'closed', connections: [1] }]) });
    const constant = measured('exp_b', 4, { spec: load({ constant: 1.5 }, [{ model: 'closed', connections: [16] }]) });
    const comparison = compareResults(uniform, constant);
    expect(comparison.cells.map(({ cell, not_comparable }) => [cell, not_comparable])).toEqual([
      ['fastapi.w1.u50', 'other-load'],
      ['fastapi.w1.c1', 'only-in-a'],
      ['fastapi.w1.c16', 'only-in-b'],
    ]);
    expect(comparison.cells.flatMap(({ comparisons }) => comparisons)).toEqual([]);
  });

  test('keep what may not be believed out, with the reason', () => {
    const broken = measured('exp_b', 4, {
      change: (result) => ({ ...result, load: { ...result.load!, void: true, void_reasons: ['late'] } }),
    });
    for (const pair of compareResults(A, broken).cells[0]!.comparisons)
      expect(pair).toMatchObject({ verdict: 'not-testable', reason: 'invalid-cell', ratio: null });
  });

  test('share Holm’s correction within a metric, and need not have the same cells', () => {
    const many = compareResults(makeResults({ seed: 1 }), {
      ...makeResults({ seed: 2, workers: [1] }),
      experiment: { ...makeResults({ seed: 2 }).experiment, id: 'exp_other' },
    });
    expect(many.cells.filter(({ not_comparable }) => not_comparable === 'only-in-a').length).toBe(18);
    expect(many.cells.filter(({ comparisons }) => comparisons.length === 4).length).toBe(18);
  });
});

describe('cells read back from results', () => {
  test('have the values of the usable trials, and the cell’s reason where one hides its own', () => {
    const withheld = measured('exp_a', 4, {
      change: (result) =>
        result.block === 1 ? { ...result, load: { ...result.load!, withheld: ['p99', 'p999', 'max'] } } : result,
    });
    const [cell] = storedCells(withheld);
    const rows = withheld.trials.map((trial) => trial.throughput_rps);
    expect(cell!.metrics.throughput_rps).toEqual({ values: rows, step: 1 / 5, reason: null });
    expect(cell!.metrics.latency_p99_ms).toEqual({ values: [], step: expect.any(Number), reason: 'withheld' });
  });

  test('of one repetition have it, though there was no interval', () => {
    const [cell] = storedCells(measured('exp_a', 4, { spec: { repetitions: 1 } }));
    expect(cell!.metrics.throughput_rps).toMatchObject({ values: [expect.any(Number)], reason: null });
  });
});
