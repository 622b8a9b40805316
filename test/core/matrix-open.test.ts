import { describe, expect, test } from 'vitest';
import { searchS } from '../../src/core/capacity-estimate.ts';
import { cellLoadOf, levelIn, levelKindOf } from '../../src/core/cell-load.ts';
import { loadWords, shortLoadWords } from '../../src/core/load-words.ts';
import { expandMatrix, levelOf, meanRateRps, rampS, windowOfLevelS } from '../../src/core/matrix.ts';
import { matrixSize } from '../../src/core/schedule.ts';
import { parseSpec } from '../../src/core/spec-parse.ts';
import { lowerLevel } from '../../src/core/summary/judged-cells.ts';
import { makeSpec } from '../fixtures/experiment-facts.ts';

const SPEC = makeSpec({
  deployments: [{ id: 'a', target: 'fastapi', server: 'uvicorn' }],
  load: [
    { model: 'open', rate_rps: [250, 500, 2000], arrivals: 'constant' },
    {
      model: 'open',
      id: 'burst',
      stages: [
        { rate_rps: 200, for_s: 30 },
        { rate_rps: [200, 2000], for_s: 10 },
      ],
    },
    { model: 'capacity', limit: { latency_p95_ms: 50, error_rate: 0.01 } },
  ],
  window_s: 5,
});
const CELLS = expandMatrix(SPEC);
const loads = CELLS.map((cell) => cell.load);

describe('cells of open and capacity families', () => {
  test('are named by slugs that need no escaping in a URL', () => {
    const slugs = CELLS.map((cell) => cell.cell);
    expect(slugs).toEqual(['a.w1.r250', 'a.w1.r500', 'a.w1.r2000', 'a.w1.stages.burst', 'a.w1.cap']);
    expect(slugs.map(encodeURIComponent)).toEqual(slugs);
  });

  test('have a level where their family has several', () => {
    expect(loads.map(levelOf)).toEqual([250, 500, 2000, null, null]);
    const lower = CELLS.map(
      (cell) =>
        lowerLevel(
          { cell },
          CELLS.map((c) => ({ cell: c })),
        )?.cell.cell ?? null,
    );
    expect(lower).toEqual([null, 'a.w1.r250', 'a.w1.r500', null, null]);
  });

  test('have no ramp, and a window of their own where they have stages', () => {
    expect(loads.map(rampS)).toEqual([0, 0, 0, 0, 0]);
    expect(loads.map((load) => windowOfLevelS(load, 5))).toEqual([5, 5, 5, 40, 5]);
    // 200 for 30 s, then 1,100 on average for 10 s.
    expect(loads.flatMap((load) => (load.kind === 'stages' ? [meanRateRps(load.stages)] : []))).toEqual([425]);
  });

  test('are told in results with what belongs to their model, all else null', () => {
    const told = loads.map((load) => cellLoadOf(load));
    const pool = { connections: 50, max_connections: 1000 };
    expect(told[1]).toEqual({
      model: 'open',
      users: null,
      connections: null,
      think_time_mean_s: null,
      ramp_users_per_s: null,
      family: 0,
      rate_rps: 500,
      arrivals: 'constant',
      stages: null,
      limit: null,
      pool,
    });
    expect(told[3]).toMatchObject({ model: 'open', rate_rps: null, arrivals: 'poisson', stages: [{}, {}], pool });
    expect(told[4]).toMatchObject({ model: 'capacity', limit: { quantile: 0.95, latency_ms: 50, error_rate: 0.01 } });
    expect(told.map(levelKindOf)).toEqual(['rate', 'rate', 'rate', 'stages', 'capacity']);
    expect(told.map(levelIn)).toEqual([250, 500, 2000, null, null]);
  });

  test('go by words that people read', () => {
    const told = loads.map((load) => cellLoadOf(load));
    expect(told.slice(2).map(loadWords)).toEqual([
      '2,000 requests/s',
      'stages of 200 to 2,000 requests/s over 40 s',
      'p95 ≤ 50 ms, errors ≤ 1 %',
    ]);
    expect(told.slice(2).map(shortLoadWords)).toEqual(['2,000/s', 'stages', 'p95 ≤ 50 ms']);
  });
});

describe('the estimate of an experiment', () => {
  test('counts the stages as the window, and of a capacity search all that an ordinary one does', () => {
    // 381 requests show that at most 1 % fail: at 50/s five seconds have fewer. 8 rates up to 6,400/s, 4 between, 1 made anew; of those 5 twice
    // as long again, and two windows to drain. Before each of the 18 runs a rehearsal, a warm-up and a look.
    const search = 18 * (1.3 + 1 + 1) + (13 + 2 * 5 + 2) * 5;
    // 3 repetitions of 3 × (1 + 5 + 4), (1 + 40 + 4) and the search with 4; a probe of 7 s, five floors of 3 s.
    expect(matrixSize({ ...SPEC, warmup_s: 1 })).toEqual({
      cells: 5,
      trials: 15,
      estimated_s: Math.ceil(3 * (30 + 45 + search + 4) + 7 + 15),
    });
  });

  test('counts three windows of every rate that has too few requests in one to show that so few fail', () => {
    const limit = { quantile: 0.95, latency_ms: 50, error_rate: 0.001 };
    // 3,838 requests: at 50, 100 and 200/s ten seconds have fewer.
    const short =
      searchS({ limit, start_rps: 50 }, 1, 10) -
      searchS({ limit: { ...limit, error_rate: 0.05 }, start_rps: 50 }, 1, 10);
    expect(short).toBeCloseTo(3 * (1.3 + 1 + 1 + 20), 9);
  });

  test('refuses a time limit in which the search is not expected to end', () => {
    const spec = {
      name: 'A search',
      deployments: [{ id: 'a', target: 'fastapi', server: 'uvicorn' }],
      load: [{ model: 'capacity', limit: { latency_p95_ms: 50 } }],
      repetitions: 1,
      warmup_s: 1,
      window_s: 10,
    };
    const refused = (timeout_minutes: number) => parseSpec({ ...spec, timeout_minutes }, { offers: null });
    // 13 + 2 × 7 + 2 windows, 20 rehearsals, warm-ups and looks, 14 s around.
    const problem = { pointer: '/timeout_minutes', detail: expect.stringContaining('estimated at 7 minutes') };
    expect(refused(6)).toMatchObject({ ok: false, problems: [problem] });
    expect(refused(7)).toMatchObject({ ok: true });
  });
});
