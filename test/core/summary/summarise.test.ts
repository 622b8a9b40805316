import { describe, expect, test } from 'vitest';
import type { LoadResult } from '../../../src/core/load-result.ts';
import { resultsSchema } from '../../../src/core/results.ts';
import type { TrialResult } from '../../../src/core/trial-result.ts';
import { type ExperimentOptions, FASTAPI, makeExperiment, summarise, USERS } from '../../fixtures/experiment-facts.ts';

const ONE = { deployments: [FASTAPI], load: [{ model: 'closed', connections: [16] }] };

function withLoad(result: TrialResult, load: Partial<LoadResult>): TrialResult {
  return { ...result, load: { ...result.load!, ...load } };
}

function oneCell(options: ExperimentOptions = {}) {
  const results = summarise(makeExperiment({ ...options, spec: { ...ONE, ...options.spec } }));
  return { results, cell: results.cells[0]! };
}

/** Sets what differs from block to block. */
function byBlock(loads: readonly Partial<LoadResult>[]): ExperimentOptions['change'] {
  return (result) => withLoad(result, loads[result.block - 1]!);
}

describe('summarise', () => {
  test('makes results of the documented shape, the same from the same facts', () => {
    const results = summarise(makeExperiment());
    expect(resultsSchema.parse(results)).toEqual(results);
    expect(JSON.stringify(summarise(makeExperiment()))).toBe(JSON.stringify(results));
    expect(results.cells).toHaveLength(18);
    expect(results.trials).toHaveLength(54);
    // 3 pairs × 6 levels × 4 metrics.
    expect(results.comparisons).toHaveLength(72);
  });

  test('does not depend on the order in which trials were stored', () => {
    const facts = makeExperiment();
    const turned = { ...facts, trials: facts.trials.toReversed() };
    expect(JSON.stringify(summarise(turned))).toBe(JSON.stringify(summarise(facts)));
  });

  test('gives the geometric mean with its interval and the arithmetic spread of the trials', () => {
    // Statistics page: {37.1, 37.8, 38.6}, s 0.7505553, mean 37.8333; geometric mean (37.1 · 37.8 · 38.6)^(1/3).
    const { cell } = oneCell({ change: byBlock([37.1, 37.8, 38.6].map((throughput_rps) => ({ throughput_rps }))) });
    const { value, lo, hi, sd, cv, n, reason } = cell.throughput_rps;
    expect(value).toBeCloseTo((37.1 * 37.8 * 38.6) ** (1 / 3), 10);
    expect(sd).toBeCloseTo(0.7505553, 6);
    expect(cv).toBeCloseTo(0.7505553 / 37.8333333, 6);
    expect(lo! * hi!).toBeCloseTo(value! ** 2, 8);
    expect([n, reason]).toEqual([3, null]);
  });

  test('one repetition has a value, no interval and the reason', () => {
    const { cell } = oneCell({ spec: { repetitions: 1 } });
    expect(cell.throughput_rps).toMatchObject({ lo: null, hi: null, sd: null, n: 1, reason: 'too-few' });
    expect(cell.throughput_rps.value).toBeGreaterThan(0);
    expect(cell.validity).toBe('valid');
  });

  test('divides the CPU of the window by the answers of the window', () => {
    const { results, cell } = oneCell();
    const [row] = results.trials;
    // 0.98 of a core for 5 s.
    expect(row?.server_cpu_ms_per_request).toBeCloseTo((0.98 * 5000) / (row!.answered_rps! * 5), 8);
    expect(cell.server_cpu_ms_per_request.value).toBeGreaterThan(0);
  });

  test('pools errors over trials with a Wilson interval, and says nothing failed with an upper bound', () => {
    const counts = (failed: number, ok: number) => ({
      requests: ok + failed,
      ok,
      failed: { connect: 0, reset: 0, timeout: 0, http_4xx: 0, http_5xx: failed, contract: 0, protocol: 0 },
      error_rate: failed / (ok + failed),
    });
    // 165 of 4,775 → [2.974, 4.012] % (statistics page), in three trials of equal rates.
    const { cell } = oneCell({ change: byBlock([counts(55, 1537), counts(55, 1537), counts(55, 1536)]) });
    expect(cell.error_rate.value).toBeCloseTo(165 / 4775, 12);
    expect(cell.error_rate.lo! * 100).toBeCloseTo(2.974, 3);
    expect(cell.error_rate.hi! * 100).toBeCloseTo(4.012, 3);
    expect(oneCell().cell.error_rate).toMatchObject({ value: 0, lo: 0 });
  });
});

describe('percentiles of a cell', () => {
  test('are withheld when one trial withholds them, the others stay', () => {
    const { cell } = oneCell({ change: byBlock([{}, { withheld: ['p99', 'p999', 'max'] }, {}]) });
    expect(cell.latency_p99_ms).toMatchObject({ value: null, reason: 'withheld' });
    expect(cell.latency_max_ms).toMatchObject({ value: null, reason: 'withheld' });
    expect(cell.latency_p95_ms.value).toBeGreaterThan(0);
  });

  test('are hidden when a trial has too few requests: 33 show a median and no p90', () => {
    const { cell } = oneCell({ spec: { load: [{ ...USERS, users: [10] }] } });
    expect(cell.latency_p50_ms.value).toBeGreaterThan(0);
    for (const metric of ['latency_p90_ms', 'latency_p95_ms', 'latency_p99_ms'] as const)
      expect(cell[metric]).toMatchObject({ value: null, reason: 'hidden-few-samples' });
  });

  test('are listed as lower bounds when failures reach them in any trial', () => {
    expect(oneCell({ change: byBlock([{}, { censored: ['p99', 'max'] }, {}]) }).cell.censored).toEqual(['p99', 'max']);
  });
});

describe('which runs count', () => {
  const VOID = { void: true, void_reasons: ['the generator was late'] };

  /** The first block's run 1 as changed, and a run 2 as made. */
  function rerun(first: (result: TrialResult) => TrialResult, second: (result: TrialResult) => TrialResult = (r) => r) {
    const facts = makeExperiment({ spec: ONE });
    const [one] = facts.trials;
    const again = second({ ...one!.result, run: 2 });
    return summarise({
      ...facts,
      trials: [
        { id: 'trl_again', result: again },
        { id: one!.id, result: first(one!.result) },
        ...facts.trials.slice(1),
      ],
    });
  }

  test('a second run replaces a first that is void, and both stay listed', () => {
    const results = rerun(
      (result) => withLoad(result, VOID),
      (result) => withLoad(result, { throughput_rps: 123 }),
    );
    expect(results.trials.map((t) => [t.block, t.run, t.usable])).toEqual([
      [1, 1, false],
      [1, 2, true],
      [2, 1, true],
      [3, 1, true],
    ]);
    expect(results.trials.map((t) => t.position)).toEqual([1, 2, 3, 4]);
    expect(results.cells[0]).toMatchObject({ n: 3, validity: 'valid' });
    expect(results.cells[0]?.findings.filter((f) => f.severity === 'INVALID').map((f) => f.trial)).toEqual(['1/1']);
  });

  test('a second run of a sound first one does not count', () => {
    const results = rerun((result) => result);
    expect(results.trials.filter((t) => t.usable).map((t) => t.run)).toEqual([1, 1, 1]);
  });

  test('two void runs of a block leave it out: two of three are too few', () => {
    const makeVoid = (result: TrialResult) => withLoad(result, VOID);
    const [cell] = rerun(makeVoid, makeVoid).cells;
    expect(cell).toMatchObject({ n: 2, validity: 'invalid' });
  });

  test('a wrong contract in a replaced run still makes the cell invalid', () => {
    const results = rerun((result) => {
      const failure = { says: 'GET /test: expected status 200, got 500', output: null, exit_code: null, signal: null };
      return {
        ...result,
        state: 'error',
        load: null,
        failure: { step: 'contract', reason: 'contract-mismatch', ...failure },
      };
    });
    expect(results.cells[0]).toMatchObject({ n: 3, validity: 'invalid' });
  });
});
