import { describe, expect, test } from 'vitest';
import { parseSpec } from '../../src/core/spec-parse.ts';
import { loadFamilies } from '../../src/core/spec.ts';
import { OFFERS } from '../fixtures/offers.ts';

const GOOD = {
  name: 'Open and bounded',
  deployments: [{ id: 'fastapi', target: 'fastapi', server: 'uvicorn' }],
};

function parsed(...load: unknown[]) {
  const result = parseSpec({ ...GOOD, load }, { offers: OFFERS });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.spec;
}

function problemsIn(over: Record<string, unknown>): Record<string, string> {
  const result = parseSpec({ ...GOOD, ...over }, { offers: OFFERS });
  return result.ok ? {} : Object.fromEntries(result.problems.map((p) => [p.pointer, p.detail]));
}

const load = (...families: unknown[]) => problemsIn({ load: families });
const open = (keys: object) => load({ model: 'open', ...keys });
const capacity = (keys: object) => load({ model: 'capacity', ...keys });

describe('an open family', () => {
  test('has rates with Poisson arrivals over 50 to 1,000 connections where the spec is silent', () => {
    const spec = parsed({ model: 'open', rate_rps: [500, 1000] });
    expect(spec.load[0]).toEqual({ model: 'open', rate_rps: [500, 1000], arrivals: 'poisson', max_connections: 1000 });
    const pool = { arrivals: 'poisson', connections: 50, max_connections: 1000 };
    expect(loadFamilies(spec)).toEqual([{ model: 'open', kind: 'rate', id: null, rate_rps: [500, 1000], pool }]);
  });

  test('opens no more connections at first than it may have at all', () => {
    const [family] = loadFamilies(parsed({ model: 'open', rate_rps: [5], max_connections: 8 }));
    expect(family).toMatchObject({ pool: { connections: 8, max_connections: 8 } });
    expect(open({ rate_rps: [5], connections: 20, max_connections: 8 })).toEqual({
      '/load/0/connections': 'expected at most max_connections, 8, got 20',
    });
  });

  test('has stages: a rate, or a straight ramp from one to another', () => {
    const stages = [
      { rate_rps: 200, for_s: 30 },
      { rate_rps: [200, 2000], for_s: 10 },
    ];
    const [family] = loadFamilies(parsed({ model: 'open', stages, arrivals: 'constant' }));
    expect(family).toMatchObject({
      kind: 'stages',
      stages: [
        { from_rps: 200, to_rps: 200, for_s: 30 },
        { from_rps: 200, to_rps: 2000, for_s: 10 },
      ],
      pool: { arrivals: 'constant' },
    });
  });

  test('has exactly one of them', () => {
    const detail = 'expected exactly one of `rate_rps` (a list of rates) and `stages`';
    expect(open({})).toEqual({ '/load/0': detail });
    expect(open({ rate_rps: [1], stages: [{ rate_rps: 1, for_s: 1 }] })).toEqual({ '/load/0': detail });
  });

  test('names every mistake in its stages at once, each at its place', () => {
    const stages = [
      { rate_rps: '200', for_s: 0 },
      { rate_rps: [1, 2, 3], for_s: 5 },
      { rate_rps: [1, -2], for_s: 5 },
      { rate: 5, for_s: 1 },
    ];
    expect(open({ stages })).toEqual({
      '/load/0/stages/0/rate_rps': 'expected a number, got "200"',
      '/load/0/stages/0/for_s': 'expected a number > 0, got 0',
      '/load/0/stages/1/rate_rps': 'expected at most 2 entries, got [1,2,3]',
      '/load/0/stages/2/rate_rps/1': 'expected a number ≥ 0, got -2',
      '/load/0/stages/3/rate': 'unknown key `rate`',
      '/load/0/stages/3/rate_rps': 'expected a number, got nothing',
    });
  });

  test('asks for something, in an hour at most', () => {
    const quiet = { rate_rps: 0, for_s: 5 };
    const nothing =
      'these ask for nothing: a stage plans its mean rate times its length, rounded. Raise a rate, or make a stage longer';
    expect(open({ stages: [quiet, quiet] })).toEqual({ '/load/0/stages': nothing });
    // 0.49 requests are none, however many such stages there are: each plans its own.
    const rare = { rate_rps: [0, 0.98], for_s: 1 };
    expect(open({ stages: [{ rate_rps: 0.01, for_s: 1 }] })).toEqual({ '/load/0/stages': nothing });
    expect(open({ stages: [rare, rare, rare] })).toEqual({ '/load/0/stages': nothing });
    expect(open({ stages: [rare, { rate_rps: 0.5, for_s: 1 }] })).toEqual({});
    const long = { rate_rps: 1, for_s: 1801 };
    expect(open({ stages: [long, long] })['/load/0/stages']).toBe(
      'expected stages of at most 3600 s together, got 3602 s',
    );
  });

  test.each([
    [{ rate_rps: 500 }, '/load/0/rate_rps', 'expected an array, got 500'],
    [{ rate_rps: [0.5] }, '/load/0/rate_rps/0', 'expected a whole number, got 0.5'],
    [{ rate_rps: [0] }, '/load/0/rate_rps/0', 'expected a number ≥ 1, got 0'],
    [{ rate_rps: [1_000_001] }, '/load/0/rate_rps/0', 'expected a number ≤ 1000000, got 1000001'],
    [{ rate_rps: [1], arrivals: 'uniform' }, '/load/0/arrivals', 'expected "constant" or "poisson", got "uniform"'],
    [{ rate_rps: [1], connections: [50] }, '/load/0/connections', 'expected a number, got [50]'],
  ])('%j is one problem', (keys, pointer, detail) => {
    expect(open(keys)).toEqual({ [pointer]: detail });
  });
});

describe('a capacity family', () => {
  test('has a limit of one latency and the most errors, and begins at 50 requests/s', () => {
    const [family] = loadFamilies(parsed({ model: 'capacity', limit: { latency_p99_ms: 200 } }));
    expect(family).toMatchObject({
      kind: 'capacity',
      limit: { quantile: 0.99, latency_ms: 200, error_rate: 0.001 },
      start_rps: 50,
      pool: { connections: 50, max_connections: 1000 },
    });
  });

  test.each([
    [{}, '/load/0/limit', 'expected an object, got nothing'],
    [{ limit: {} }, '/load/0/limit', expect.stringContaining('expected exactly one of latency_p50_ms')],
    [
      { limit: { latency_p95_ms: 50, latency_p99_ms: 90 } },
      '/load/0/limit',
      expect.stringContaining('got latency_p95_ms and latency_p99_ms'),
    ],
    [
      { limit: { latency_p95: 50 } },
      '/load/0/limit/latency_p95',
      'unknown key `latency_p95`; did you mean `latency_p95_ms`?',
    ],
    [{ limit: { latency_p95_ms: 0 } }, '/load/0/limit/latency_p95_ms', 'expected a number > 0, got 0'],
    [{ limit: { latency_p95_ms: 50, error_rate: 1 } }, '/load/0/limit/error_rate', 'expected a number < 1, got 1'],
    [
      { limit: { latency_p95_ms: 50, error_rate: 0 } },
      '/load/0/limit/error_rate',
      'expected a number > 0, got 0: however many requests went well, the next one may fail, so no rate could be shown to keep it',
    ],
    [{ limit: { latency_p95_ms: 50 }, start_rps: 0.001 }, '/load/0/start_rps', 'expected a number ≥ 1, got 0.001'],
  ])('%j is one problem', (keys, pointer, detail) => {
    expect(capacity(keys)).toEqual({ [pointer]: detail });
  });

  test('cannot have a limit that no request could break, since it is ended at the timeout', () => {
    const family = { model: 'capacity', limit: { latency_p95_ms: 2000 } };
    expect(Object.keys(problemsIn({ load: [family], timeout_s: 2 }))).toEqual(['/load/0/limit/latency_p95_ms']);
    expect(problemsIn({ load: [family], timeout_s: 2.5 })).toEqual({});
  });
});

describe('families of all models', () => {
  test('are told by their model, and a model that there is not is one problem of its entry', () => {
    expect(load({ model: 'opne', rate_rps: 'fast' }, { rate_rps: [1] }, 7)).toEqual({
      '/load/0/model': 'expected "closed" or "open" or "capacity", got "opne"',
      '/load/1/model': 'expected "closed" or "open" or "capacity", got nothing',
      '/load/2': 'expected an object, got 7',
    });
  });

  test('have the keys of their model only', () => {
    expect(
      load({ model: 'closed', connections: [1], rate_rps: [5] }, { model: 'open', rate_rps: [1], users: [5] }),
    ).toEqual({
      '/load/0/rate_rps': 'unknown key `rate_rps`; it belongs to the model `open`',
      '/load/1/users': 'unknown key `users`; it belongs to the model `closed`',
    });
    expect(load({ model: 'closed', connections: [1], max_connections: 5 })['/load/0/max_connections']).toBe(
      'unknown key `max_connections`; it belongs to the models `open` and `capacity`',
    );
    expect(open({ rate_rsp: [1] })['/load/0/rate_rsp']).toContain('did you mean `rate_rps`?');
  });

  test('need an id where two would give cells the same name', () => {
    const stages = { model: 'open', stages: [{ rate_rps: 1, for_s: 1 }] };
    const search = { model: 'capacity', limit: { latency_p95_ms: 50 } };
    const rates = { model: 'open', rate_rps: [100] };
    expect(load(stages, search, rates, stages, search, rates)).toEqual({
      '/load/3/id': 'stages is also in /load/0: give each of the two families an `id` of its own',
      '/load/4/id': 'a capacity search is also in /load/1: give each of the two families an `id` of its own',
      '/load/5/id': 'level 100 is also in /load/2: give each of the two families an `id` of its own',
    });
    expect(load(stages, { ...stages, id: 'again' }, rates, { ...rates, id: 'again' })).toEqual({});
    expect(open({ rate_rps: [5, 5] })).toEqual({ '/load/0/rate_rps/1': 'level 5 is listed twice' });
  });

  test('are counted by their levels', () => {
    const rate_rps = Array.from({ length: 32 }, (_, i) => i + 1);
    const workers = Array.from({ length: 20 }, (_, i) => i + 1);
    const search = { model: 'capacity', limit: { latency_p95_ms: 50 } };
    const over = { load: [{ model: 'open', rate_rps }, search], workers, repetitions: 1, window_s: 1, warmup_s: 0 };
    expect(problemsIn(over)['']).toBe('the matrix has 660 cells; at most 512 are allowed');
  });
});

describe('thresholds over open and capacity cells', () => {
  const families = [
    { model: 'open', rate_rps: [500] },
    { model: 'capacity', limit: { latency_p95_ms: 50 } },
  ];
  const judging = (threshold: object, over: readonly unknown[] = families) =>
    problemsIn({ load: over, thresholds: [threshold] });

  test('select a rate, and judge a capacity', () => {
    expect(judging({ cells: { rate_rps: 500 }, expect: ['latency_p95_ms < 50'] })).toEqual({});
    expect(judging({ expect: ['capacity_rps > 800'] })).toEqual({});
    expect(judging({ cells: { rate_rps: 600 }, expect: ['error_rate == 0'] })).toEqual({
      '/thresholds/0/cells/rate_rps': 'no cell has 600 requests/s; the spec has 500',
    });
    expect(judging({ cells: { rate_rps: 500, users: 5 }, expect: ['error_rate == 0'] })).toMatchObject({
      '/thresholds/0/cells': 'no cell has both users and rate_rps',
    });
  });

  test('ask for a capacity only where one is sought', () => {
    expect(judging({ expect: ['capacity_rps > 800'] }, families.slice(0, 1))).toEqual({
      '/thresholds/0/expect/0': 'no cell has a capacity: it needs a load family of the model `capacity`',
    });
    expect(judging({ cells: { rate_rps: 500 }, expect: ['capacity_rps > 800'] })).toEqual({
      '/thresholds/0/expect/0': 'no cell with a capacity has rate_rps',
    });
  });
});
