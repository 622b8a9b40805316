import { describe, expect, it } from 'vitest';
import { stepMs } from '../../../src/core/histogram.ts';
import type { RequestResult } from '../../../src/core/load-result.ts';
import { type CellResult, MAX_REQUESTS_OF_CELL, resultsSchema } from '../../../src/core/results.ts';
import { geometricInterval } from '../../../src/core/stats/cell-interval.ts';
import { errorRate } from '../../../src/core/stats/error-rate.ts';
import { isLowerBound } from '../../../src/core/stats/lower-bound.ts';
import type { TrialResult } from '../../../src/core/trial-result.ts';
import { DJANGO_ASGI, FASTAPI, makeExperiment, summarise } from '../../fixtures/experiment-facts.ts';
import { latencyStats, requestResult } from '../../fixtures/load-result.ts';

const LOAD = [{ model: 'closed', connections: [4, 16] }];

/** The results of one deployment whose trials have these request names. */
function resultsWith(
  namesOf: (result: TrialResult) => readonly RequestResult[],
  change: Partial<NonNullable<TrialResult['load']>> = {},
) {
  return summarise(
    makeExperiment({
      spec: { deployments: [FASTAPI, DJANGO_ASGI], load: LOAD, repetitions: 3 },
      change: (result) => ({
        ...result,
        load: { ...result.load!, ...change, by_request: sharedOut(result.load!.ok, namesOf(result)) },
      }),
    }),
  );
}

/** The counts of the names as shares of `ok`, which they must add up to. */
function sharedOut(ok: number, names: readonly RequestResult[]): RequestResult[] {
  const asked = names.reduce((sum, each) => sum + each.ok, 0);
  const shared = names.map((each) => ({ ...each, ok: Math.floor((each.ok / asked) * ok) }));
  const rest = ok - shared.reduce((sum, each) => sum + each.ok, 0);
  return shared.map((each, i) => {
    const count = each.ok + (i === 0 ? rest : 0);
    return { ...each, ok: count, requests: count + each.failed };
  });
}

function named(name: string, weight: number, p95: number, failed = 0): RequestResult {
  return requestResult(name, { ok: weight, failed, latency_ms: { ...latencyStats, mean: p95 / 3, p50: p95 / 4, p95 } });
}

function requestIn(cells: readonly CellResult[], name: string) {
  return cells[0]!.by_request!.find((each) => each.name === name)!;
}

function withoutRequests({ by_request, ...cell }: CellResult): CellResult {
  expect(by_request).toBeDefined();
  return cell;
}

describe('the request names of a cell', () => {
  const blocks = [1, 2, 3];
  const p95Of = (block: number): number => 20 + block;
  const results = resultsWith(({ block }) => [named('GET /a', 3, 5), named('POST /b', 1, p95Of(block))]);

  it('stand in the order of the workload, with their share of the requests of all usable trials', () => {
    for (const { by_request = [], trials } of results.cells) {
      expect(by_request.map(({ name }) => name)).toEqual(['GET /a', 'POST /b']);
      const requests = results.trials.filter(({ id }) => trials.includes(id)).map((trial) => trial.requests ?? 0);
      expect(by_request.reduce((sum, each) => sum + each.requests, 0)).toBe(requests.reduce((a, b) => a + b, 0));
      const all = by_request.reduce((sum, each) => sum + each.requests, 0);
      expect(by_request.map(({ share }) => share)).toEqual(by_request.map((each) => each.requests / all));
      expect(by_request[0]!.share).toBeCloseTo(0.75, 2);
    }
  });

  it('have the interval of a cell over the usable trials', () => {
    const values = blocks.map(p95Of);
    const expected = geometricInterval(values, { step: stepMs(22) });
    if (!expected.ok) throw new Error(expected.reason);
    const { value, lo, hi, n, reason } = requestIn(results.cells, 'POST /b').latency_p95_ms;
    expect({ value, lo, hi, n, reason }).toEqual({
      value: expected.value,
      lo: expected.lo,
      hi: expected.hi,
      n: 3,
      reason: null,
    });
  });

  it('come through JSON, and results of before, which have none, are still results', () => {
    expect(resultsSchema.parse(JSON.parse(JSON.stringify(results)))).toEqual(results);
    const before = { ...results, cells: results.cells.map(withoutRequests) };
    expect(resultsSchema.parse(before).cells[0]).not.toHaveProperty('by_request');
  });

  it('are not told of a workload of one request', () => {
    const [cell] = summarise(makeExperiment({ spec: { deployments: [FASTAPI], load: LOAD } })).cells;
    expect(cell).not.toHaveProperty('by_request');
  });

  it('hide a percentile of a name that too few requests stand behind, though the cell has enough', () => {
    const { cells } = resultsWith(() => [named('GET /a', 99, 5), named('POST /b', 1, 9)]);
    expect(cells[0]!.latency_p95_ms.value).not.toBeNull();
    expect(requestIn(cells, 'GET /a').latency_p95_ms.reason).toBeNull();
    expect(requestIn(cells, 'POST /b').latency_p95_ms).toMatchObject({ value: null, reason: 'hidden-few-samples' });
    expect(requestIn(cells, 'POST /b').latency_mean_ms.value).toBeCloseTo(3, 9);
  });

  it('withhold of each name what the engine withholds of it, which need not be what it withholds of all', () => {
    const late = named('POST /b', 1, 9);
    const { cells } = resultsWith(
      () => [named('GET /a', 1, 5), { ...late, latency_ms: { ...late.latency_ms, p95: null } }],
      { withheld: [] },
    );
    expect(requestIn(cells, 'GET /a').latency_p95_ms.reason).toBeNull();
    expect(requestIn(cells, 'POST /b').latency_p95_ms).toMatchObject({ value: null, reason: 'withheld' });
    expect(requestIn(cells, 'POST /b').latency_p50_ms.reason).toBeNull();
    expect(cells[0]!.latency_p95_ms.reason).toBeNull();
  });

  it('have no latencies in a capacity search that found no rate', () => {
    const limit = { quantile: 0.95, latency_ms: 50, error_rate: 0.01 };
    const capacity = { limit, rate_rps: null, ended: 'none', probes: [] } as const;
    const { cells } = resultsWith(() => [named('GET /a', 1, 5), named('POST /b', 1, 9)], {
      capacity: { ...capacity, probes: [] },
    });
    expect(requestIn(cells, 'GET /a').latency_mean_ms).toMatchObject({ value: null, reason: 'no-capacity' });
  });

  it('pool the failures of a name, and mark what they stand at or above', () => {
    const failed = { connect: 0, reset: 0, timeout: 30, http_4xx: 0, http_5xx: 0, contract: 0, protocol: 0 };
    const { cells } = summarise(
      makeExperiment({
        spec: { deployments: [FASTAPI], load: LOAD, repetitions: 3 },
        change: (result) => {
          const load = result.load!;
          const by_request = sharedOut(load.ok, [named('GET /a', 1, 5), named('POST /b', 1, 9, 30)]);
          return { ...result, load: { ...load, requests: load.requests + 30, failed, by_request } };
        },
      }),
    );
    const { error_rate, censored, requests } = requestIn(cells, 'POST /b');
    const pooled = errorRate([{ failed: 90, total: requests }]);
    if (!pooled.ok) throw new Error(pooled.reason);
    expect(error_rate.value).toBeCloseTo(pooled.value, 12);
    expect(censored).toContain('mean');
    expect(censored).not.toContain('p50');
    expect(requestIn(cells, 'GET /a')).toMatchObject({ censored: [], error_rate: { value: 0 } });
  });

  it('are those with the most requests where there are more than a cell tells of', () => {
    const many = Array.from({ length: MAX_REQUESTS_OF_CELL + 6 }, (_, i) => named(`GET /${i}`, i < 6 ? 1 : 5, 5));
    const { by_request = [] } = resultsWith(() => many).cells[0]!;
    expect(by_request).toHaveLength(MAX_REQUESTS_OF_CELL);
    const told = new Set(by_request.map(({ name }) => name));
    expect(many.filter(({ name }) => told.has(name)).map(({ name }) => name)).toEqual(
      by_request.map(({ name }) => name),
    );
  });
});

it('a quantile is a lower bound from the rank on that failures have', () => {
  expect(isLowerBound(0.95, { ok: 95, failed: 5 })).toBe(false);
  expect(isLowerBound(0.95, { ok: 94, failed: 6 })).toBe(true);
  expect(isLowerBound(0.55, { ok: 55, failed: 45 })).toBe(false);
  expect([isLowerBound(null, { ok: 99, failed: 1 }), isLowerBound(null, { ok: 99, failed: 0 })]).toEqual([true, false]);
});
