import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../../src/core/random.ts';
import { comparePair } from '../../../../src/core/stats/comparison.ts';
import { Recorder } from '../../../../src/load/recorder.ts';
import { accountProblems, type Accounts, judgeAccounts } from './accounts.ts';
import { judgeBeside, locustRps, type Pair, wrkRps } from './beside.ts';
import { type CensoringFacts, judgeCensoring } from './censoring.ts';
import { judgeSamples, recordedTwice } from './merged-samples.ts';
import { judgeRelabelling } from './relabelling.ts';
import { judgeFloor } from '../t13-floor.ts';
import { judgeStalled, judgeStalledSearch, judgeUndisturbed, judgeVoid, type Trust } from './trusted.ts';
import { type CutFacts, judgeCut } from './warm-up-cut.ts';

const NONE = { connect: 0, reset: 0, timeout: 0, http_4xx: 0, http_5xx: 0, contract: 0, protocol: 0 };

describe('the accounts (T9)', () => {
  const row = { t_s: 0, phase: 'window', answered: 100, failed: 0, bytes: 9000 } as Accounts['seconds'][number];
  const warmup = { ...row, phase: 'warmup', answered: 20 } as const;
  const good: Accounts = {
    requests: 100,
    not_sent: 0,
    ok: 100,
    failed: NONE,
    sent_total: 120,
    answered_in_window: 100,
    ok_in_window: 100,
    bytes: 9000,
    seconds: [warmup, row],
  };

  test('are right when they add up to what the server saw', () => {
    expect(accountProblems(good, 120)).toEqual([]);
    expect(judgeAccounts(good, 120)).toEqual({
      passed: true,
      figures: 'planned 100 = ok 100; sent 120, the server saw 120',
    });
  });

  test.each([
    ['a request that was dropped', { requests: 101 }, 120, 'planned 101 ≠ ok 100'],
    ['an answer that no row has', { answered_in_window: 101 }, 120, '100 answers in the rows ≠ 101'],
    ['bytes that no row has', { bytes: 9001 }, 120, '9000 bytes in the rows ≠ 9001'],
    ['a request that the server never saw', {}, 119, 'the server saw 119, not 120'],
    ['a request that was sent twice', {}, 121, 'the server saw 121, not 120'],
  ])('show %s', (_, change, seen, says) => {
    expect(accountProblems({ ...good, ...change }, seen).join()).toContain(says);
    expect(judgeAccounts({ ...good, ...change }, seen).passed).toBe(false);
  });

  test('leave open only whether the server read what was reset or timed out', () => {
    const broken = { ...good, ok: 95, failed: { ...NONE, reset: 3, timeout: 2 } };
    expect([114, 115, 120, 121].map((seen) => judgeAccounts(broken, seen).passed)).toEqual([false, true, true, false]);
  });
});

describe('answers that never come (T10)', () => {
  const result = {
    requests: 300,
    ok: 294,
    not_sent: 0,
    failed: { ...NONE, timeout: 6 },
    censored: ['mean', 'p99', 'p999', 'max'],
    timeout_s: 0.5,
  } satisfies CensoringFacts['result'];
  const good: CensoringFacts = { result, planned: 300, hung: 6, samples: 300, p99_ms: 501 };

  test('are kept as timeouts and marked', () => {
    expect(judgeCensoring(good).passed).toBe(true);
  });

  test.each([
    ['drops them from its percentiles, as wrk does', { samples: 294, p99_ms: 2 }],
    ['ranks them below the timeout', { p99_ms: 480 }],
    ['does not mark them', { result: { ...result, censored: [] } }],
    ['asks less meanwhile', { result: { ...result, requests: 200, ok: 194 } }],
    ['counts them as something else', { result: { ...result, failed: { ...NONE, reset: 6 } } }],
  ])('show an engine that %s', (_, change) => {
    expect(judgeCensoring({ ...good, ...change }).passed).toBe(false);
  });
});

describe('a stalled or slow generator (T4, T12)', () => {
  const clean: Trust = { void: false, void_reasons: [], withheld: [] };
  const isVoid: Trust = { void: true, void_reasons: ['late'], withheld: ['max'] };
  const limit = { quantile: 0.95, latency_ms: 50, error_rate: 0.05 };
  const search = (rate_rps: number | null, ...outcomes: ('passed' | 'void' | 'undecided')[]): Trust => ({
    ...clean,
    capacity: {
      limit,
      rate_rps,
      ended: 'none',
      probes: outcomes.map((outcome) => ({ rate_rps: 1, outcome })) as NonNullable<Trust['capacity']>['probes'],
    },
  });

  test('may withhold or be void, and must not look clean', () => {
    expect([isVoid, { ...clean, withheld: ['max'] } as Trust, clean].map((each) => judgeStalled(each).passed)).toEqual([
      true,
      true,
      false,
    ]);
  });

  test('in a search lets no step count', () => {
    expect(judgeStalledSearch(search(null, 'void', 'void')).passed).toBe(true);
    expect(judgeStalledSearch(search(1, 'void', 'passed')).passed).toBe(false);
    expect(judgeStalledSearch(search(null, 'void', 'undecided')).passed).toBe(false);
    expect(judgeStalledSearch(search(null)).passed).toBe(false);
    expect(judgeStalledSearch(isVoid).passed).toBe(false);
  });

  test('is void when it cannot follow its schedule, and not when it was left alone', () => {
    expect([judgeVoid(isVoid).passed, judgeVoid({ ...clean, withheld: ['max'] }).passed]).toEqual([true, false]);
    expect([judgeUndisturbed(clean).passed, judgeUndisturbed(isVoid).passed]).toEqual([true, false]);
    expect([search(100, 'passed'), search(null, 'void')].map((each) => judgeUndisturbed(each).passed)).toEqual([
      true,
      false,
    ]);
  });
});

describe('known samples (T11)', () => {
  const random = seededRandom(3);
  const samples = Array.from({ length: 10_000 }, () => 0.05 + 100 * random());

  test('have their quantiles, and the same ones when they were dealt out', () => {
    expect(judgeSamples(recordedTwice(samples, 3))).toMatchObject({ passed: true });
  });

  test('show a merge that loses a sample, or has it in another place', () => {
    const facts = recordedTwice(samples, 3);
    const without = new Recorder();
    for (const ms of samples.slice(1)) without.record(ms);
    expect(judgeSamples({ ...facts, merged: without }).passed).toBe(false);
    without.record(samples[0]! + 1);
    expect(judgeSamples({ ...facts, merged: without }).passed).toBe(false);
  });

  test('show a recorder whose unit is a millisecond', () => {
    const coarse = recordedTwice(
      samples.map((ms) => Math.round(ms)),
      3,
    );
    expect(judgeSamples({ ...coarse, samples: Float64Array.from(samples).sort() }).passed).toBe(false);
  });
});

describe('the floor (T13)', () => {
  const floor = { p50_ms: 0.05, mean_ms: 0.06, p99_ms: 0.3, throughput_rps: 499 };
  test.each([
    ['is there and of its rate', floor, 500, true],
    ['of a load without a rate', floor, null, true],
    ['is of another rate', { ...floor, throughput_rps: 400 }, 500, false],
    ['was not had', { ...floor, p50_ms: null }, null, false],
    ['is out of order', { ...floor, p99_ms: 0.01 }, null, false],
  ])('that %s', (_, each, rate, passed) => {
    expect(judgeFloor(each, rate).passed).toBe(passed);
  });
});

describe('the cut of the warm-up (T15)', () => {
  const good: CutFacts = {
    planned: { warmup: 20, window: 40 },
    requests: 40,
    sent_total: 60,
    samples: 40,
    above_edge: 2,
    above_warmup: 0,
  };
  test.each([
    ['is exact', {}, true],
    ['lets one of the warm-up in', { samples: 41, requests: 41, above_edge: 3, above_warmup: 1 }, false],
    ['takes one of the warm-up for one of the window', { above_edge: 2, above_warmup: 1 }, false],
    ['loses the first one of the window', { samples: 39, requests: 39, above_edge: 1 }, false],
    ['goes by when the answer came', { above_edge: 1 }, false],
  ])('%s', (_, change, passed) => {
    expect(judgeCut({ ...good, ...change }).passed).toBe(passed);
  });
});

describe('trials of one server, relabelled (T16)', () => {
  const trials = Array.from({ length: 24 }, (_, i) => {
    const random = seededRandom(16, String(i));
    const throughput_rps = 1000 * Math.exp(0.02 * (random() + random() + random() - 1.5));
    return { throughput_rps, latency_mean_ms: 4000 / throughput_rps };
  });

  test('are told apart as seldom as 95 % intervals should', () => {
    const judged = judgeRelabelling(trials, 1);
    expect(judged.passed).toBe(true);
    expect(judgeRelabelling(trials, 1)).toEqual(judged);
  });

  test('show an interval that is half as wide as it should be', () => {
    const narrow: typeof comparePair = (input) => {
      const outcome = comparePair(input);
      if (!outcome.ok) return outcome;
      const { ratio, lo, hi } = outcome;
      return { ...outcome, lo: Math.sqrt(lo * ratio), hi: Math.sqrt(hi * ratio) };
    };
    expect(judgeRelabelling(trials, 1, narrow).passed).toBe(false);
  });

  test('of which one has no figure are no trials', () => {
    const broken = [...trials.slice(1), { throughput_rps: Number.NaN, latency_mean_ms: Number.NaN }];
    expect(judgeRelabelling(broken, 1).passed).toBe(false);
  });
});

describe('another tool beside the engine (T17)', () => {
  const pair: Pair = { connections: 10, ours_rps: 497, ours_mean_ms: 20.1, other_rps: 495 };
  const five = (change: Partial<Pair>): Pair[] => Array.from({ length: 5 }, () => ({ ...pair, ...change }));

  test('that sees the same is within 3 %', () => {
    expect(judgeBeside(five({})).passed).toBe(true);
    // One pair in five may be an accident.
    expect(judgeBeside([...five({}).slice(1), { ...pair, other_rps: 300 }]).passed).toBe(true);
  });

  test.each([
    ['counts 5 % more', { ours_rps: 520 }],
    ['has a mean that no such rate allows', { ours_mean_ms: 25 }],
  ])('shows an engine that %s', (_, change) => {
    expect(judgeBeside(five(change)).passed).toBe(false);
  });

  test('is read where it says its rate', () => {
    expect(wrkRps('  2496 requests in 5.01s\nRequests/sec:    498.21\nTransfer/sec: 1KB')).toBe(498.21);
    expect(wrkRps('unable to connect')).toBeNaN();
    const row = { num_requests: 2000, num_failures: 0, start_time: 100.5, last_request_timestamp: 104.5 };
    expect(locustRps(JSON.stringify([row]))).toBe(500);
    expect(locustRps(JSON.stringify([{ ...row, num_failures: 1 }]))).toBeNaN();
    expect(locustRps('[]')).toBeNaN();
  });
});
