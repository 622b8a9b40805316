import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../../src/core/random.ts';
import { exactQuantile } from './exact-quantile.ts';
import { lindleyMs, judgeQueue, md1MeanMs } from './lindley.ts';
import { judgeLittle } from './little.ts';
import { judgePlanted } from './planted.ts';
import { isWithin, judgeQuantiles, quantileErrors } from './quantile-errors.ts';
import { judgeStall, stallQuantileMs } from './stall-law.ts';
import { judgeFixedDelay } from '../t01-fixed-delays.ts';

const quantileOf = (values: readonly number[]) => {
  const sorted = [...values].sort((a, b) => a - b);
  return (q: number): number => exactQuantile(sorted, q);
};

describe('an exact quantile', () => {
  test('is the value of rank ⌈qn⌉', () => {
    expect([0.001, 0.5, 0.51, 0.9, 1].map((q) => exactQuantile([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], q))).toEqual([
      1, 5, 6, 9, 10,
    ]);
    expect(() => exactQuantile([], 0.5)).toThrow('empty');
  });
});

describe('fixed delays (T1)', () => {
  const truth = Array.from({ length: 100 }, () => 5);

  test('pass an engine that adds what the way takes', () => {
    const judged = judgeFixedDelay({ truth, latency: () => 5.12 });
    expect(judged.passed).toBe(true);
    expect(judged.figures).toContain('p50 5.120 ms of 5.000 ms (+0.120 ms, 2.40 %; allowed 0.300 ms)');
  });

  test.each([
    ['is 3 ms late', 8],
    ['is half a millisecond late', 5.5],
    ['is early', 4.6],
    ['has recorded nothing', Number.NaN],
  ])('refuse an engine that %s', (_, p50) => {
    expect(judgeFixedDelay({ truth, latency: () => p50 }).passed).toBe(false);
  });
});

describe('a fault that was planted', () => {
  const all = { requests: 100, ok: 100 };

  test('must have been refused', () => {
    expect(judgePlanted({ passed: false, figures: 'off' }, all)).toEqual({ passed: true, figures: 'refused: off' });
    expect(judgePlanted({ passed: true, figures: 'right' }, all).passed).toBe(false);
  });

  test.each([
    ['nothing', { requests: 0, ok: 0 }],
    ['only a part', { requests: 100, ok: 99 }],
  ])('shows nothing where %s was answered', (_, run) => {
    expect(judgePlanted({ passed: false, figures: 'off' }, run).passed).toBe(false);
  });
});

describe('a distribution of delays (T2)', () => {
  const random = seededRandom(2);
  const truth = Array.from({ length: 5000 }, () => 10 + 90 * random() ** 3).sort((a, b) => a - b);
  const limits = [
    { q: 0.5, share: 0.03, ms: 0 },
    { q: 0.99, share: 0.05, ms: 0 },
  ];

  test('passes an engine within a share of each quantile', () => {
    expect(judgeQuantiles(quantileErrors(truth, quantileOf(truth.map((ms) => 1.02 * ms)), limits)).passed).toBe(true);
  });

  test('refuses one that only the tail of is wrong', () => {
    const cut = truth.map((ms) => Math.min(ms, 80));
    const errors = quantileErrors(truth, quantileOf(cut), limits);
    expect(errors.map(isWithin)).toEqual([true, false]);
    expect(judgeQuantiles(errors).passed).toBe(false);
  });

  test('is judged by something', () => {
    expect(judgeQuantiles([]).passed).toBe(false);
  });
});

describe('a server that stood still (T3)', () => {
  const stall = { stall_s: 1, total_s: 10, utilisation: 0.2 };

  test('gives the quantiles of a law that a simulated queue obeys', () => {
    // 500 requests/s, each 0.4 ms of work; the server stands still from 2 s to 3 s.
    const arrivals = Array.from({ length: 5000 }, (_, i) => 2 * (i + 0.5));
    const services = arrivals.map(() => 0.4);
    services[arrivals.findIndex((time) => time > 2000) - 1] = 1000;
    const latency = quantileOf([...lindleyMs(arrivals, services)]);
    for (const q of [0.99, 0.999, 1]) {
      const law = stallQuantileMs(stall, q)!;
      expect(Math.abs(latency(q) / law - 1)).toBeLessThan(0.01);
    }
    // Past S/((1 − ρ)T) of the requests, none waited for it.
    expect(stallQuantileMs(stall, 0.8)).toBeNull();
  });

  const law = (q: number): number => stallQuantileMs(stall, q) ?? 1;
  const facts = { ...stall, planned: 5000, requests: 5000, failed: 0, latency: law, service: law };

  test('passes an engine that says what the law says', () => {
    expect(judgeStall(facts).passed).toBe(true);
  });

  test.each([
    ['omits the requests of the stall, as a closed loop does', { latency: (q: number) => (q === 1 ? 1000 : 0.4) }],
    ['counts from the write, after waiting for the server', { latency: (q: number) => law(q) - 100 }],
    ['asked less while the server stood still', { requests: 4500 }],
    ['lost some', { failed: 3 }],
  ])('refuses one that %s', (_, change) => {
    expect(judgeStall({ ...facts, ...change }).passed).toBe(false);
  });
});

describe("Little's law (T7)", () => {
  // 8 connections, 20 ms in the server, 0.1 ms on the way.
  const facts = {
    connections: 8,
    answered_rps: 8000 / 20.1,
    service_mean_ms: 20.1,
    residence_mean_ms: 20,
    in_flight_mean: 7.96,
  };

  test('passes a generator whose connections are nearly always in the server', () => {
    expect(judgeLittle(facts).passed).toBe(true);
  });

  test.each([
    ['that counts 5 % more answers than there were', { answered_rps: 1.05 * facts.answered_rps }],
    ['that counts 5 % fewer', { answered_rps: 0.95 * facts.answered_rps }],
    ['that waits a millisecond before each request', { answered_rps: 8000 / 21.1, in_flight_mean: 7.58 }],
  ])('refuses one %s', (_, change) => {
    expect(judgeLittle({ ...facts, ...change }).passed).toBe(false);
  });
});

describe('a queue (T8)', () => {
  test("has the times of Lindley's recursion", () => {
    // Served 0–4, 4–8, 10–14: the third comes when nobody is there.
    expect([...lindleyMs([0, 1, 10], [4, 4, 4])]).toEqual([4, 7, 4]);
  });

  test('of Poisson arrivals and fixed service has the mean of Pollaczek and Khinchine', () => {
    const random = seededRandom(8);
    let now = 0;
    const arrivals = Array.from({ length: 400_000 }, () => (now += -8 * Math.log(1 - random())));
    const times = lindleyMs(
      arrivals,
      arrivals.map(() => 4),
    );
    const mean = times.reduce((a, b) => a + b, 0) / times.length;
    expect(mean / md1MeanMs(4, 0.5)).toBeCloseTo(1, 2);
    expect(md1MeanMs(4, 0.5)).toBe(6);
  });

  const planned = Array.from({ length: 100 }, (_, i) => 6 * i);
  const services = planned.map((_, i) => (i % 2 === 0 ? 8 : 2));
  const facts = { planned, services, requests: 80, rate_rps: 1000 / 6, floor_ms: 0.1 };
  // Served 0–8, 8–10, 12–20 …: 8 and 4 ms in turn.
  test('passes an engine that saw it, but for the floor', () => {
    expect(judgeQueue({ ...facts, mean_ms: 6.08, p95_ms: 8.15 }).passed).toBe(true);
  });

  test.each([
    ['waits with each request for the last answer', { mean_ms: 5, p95_ms: 8 }],
    ['bunches its requests', { mean_ms: 6.4, p95_ms: 8 }],
    ['is wrong in the tail alone', { mean_ms: 6, p95_ms: 8.5 }],
    ['is below the truth by its floor', { mean_ms: 5.85, p95_ms: 8 }],
    ['has a floor like a wall', { mean_ms: 6.08, p95_ms: 8.15, floor_ms: 0.6 }],
  ])('refuses one that %s', (_, change) => {
    expect(judgeQueue({ ...facts, ...change }).passed).toBe(false);
  });
});
