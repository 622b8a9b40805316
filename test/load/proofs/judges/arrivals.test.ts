import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../../src/core/random.ts';
import { arrivalErrorsMs, judgeArrivals } from './arrival-error.ts';
import { BINS, BIN_MS, dispersion, judgeDispersion } from './dispersion.ts';
import { durbinTransformed, kolmogorovTail, lewisP, uniformDistance } from './lewis.ts';
import { judgePoisson } from '../t05-arrivals.ts';

const END_MS = BINS * BIN_MS;
const sorted = (times: readonly number[]): number[] => [...times].sort((a, b) => a - b);

/** As many uniform times as a Poisson process of 1,000/s would have. */
function uniformTimes(seed: number, count = END_MS): number[] {
  const random = seededRandom(seed);
  return sorted(Array.from({ length: count }, () => END_MS * random()));
}
const evenTimes = Array.from({ length: END_MS }, (_, i) => i + 0.5);
/** All of a second at its begin, as autocannon sends them. */
const heartbeat = evenTimes.map((time) => Math.floor(time / 1000) * 1000);
/** Held back to the next tick of a millisecond. */
const ticking = (times: readonly number[]): number[] => times.map((time) => Math.ceil(time));

describe('the arrivals of a constant rate (T5)', () => {
  const planned = Array.from({ length: 1000 }, (_, i) => 2 * i);
  const seen = (read_ms: readonly number[], unread: (i: number) => number = () => 0.01) => ({
    read_ms,
    unread_ms: read_ms.map((_, i) => unread(i)),
  });
  const late = (by: (i: number) => number) => seen(planned.map((time, i) => 1e6 + time + by(i)));
  const facts = { rate_rps: 500, planned, sched_lag_p99_ms: 0.1 };

  test('are compared on clocks that differ by whatever they differ', () => {
    expect([...arrivalErrorsMs([0, 10, 20], seen([507, 516, 530])).most]).toEqual([0, 1, 4]);
    const { least, most } = arrivalErrorsMs(
      [0, 10, 20],
      seen([506, 516, 530], (i) => (i === 2 ? 3 : 0.2)),
    );
    expect([[...least], [...most]]).toEqual([
      [0, 0, 1],
      [0, 0, 4],
    ]);
    expect(() => arrivalErrorsMs([0, 10], seen([1]))).toThrow('2 requests were planned, 1 came');
  });

  test('pass where 99 % come within a millisecond', () => {
    expect(judgeArrivals({ ...facts, arrived: late((i) => (i % 200 === 0 ? 5 : 0.05)) }).passed).toBe(true);
  });

  test.each([
    ['two in a hundred come late', late((i) => (i % 50 === 0 ? 2 : 0))],
    ['they drift', late((i) => i / 500)],
    ['they come in bunches of four', late((i) => 8 - 2 * (i % 4))],
    ['a few of them come early', late((i) => (i % 500 === 0 ? -2 : 0))],
  ])('are refused where %s', (_, arrived) => {
    expect(judgeArrivals({ ...facts, arrived }).passed).toBe(false);
  });

  test('are refused where the engine itself says that it was late', () => {
    expect(judgeArrivals({ ...facts, arrived: late(() => 0), sched_lag_p99_ms: 1.2 }).passed).toBe(false);
  });

  test('that the server could not see count as late as they may have been', () => {
    const judged = (share: number, by: (isBlind: boolean) => number): boolean => {
      const isBlind = (i: number): boolean => i % 1000 < 1000 * share;
      const { read_ms } = late((i) => by(isBlind(i)));
      return judgeArrivals({ ...facts, arrived: seen(read_ms, (i) => (isBlind(i) ? 3 : 0.01)) }).passed;
    };
    // Read 3 ms late after 3 ms in which nobody looked: up to as late, and perhaps in time.
    expect([0.009, 0.02].map((share) => judged(share, (isBlind) => (isBlind ? 3 : 0.05)))).toEqual([true, false]);
    // The least is what is left of the lateness.
  });
});

describe("Lewis' test (T5)", () => {
  test('has the tail of Kolmogorov’s distribution', () => {
    // The 5 % and 1 % points of the limit are 1.358 and 1.628 (Smirnov 1948).
    expect(kolmogorovTail(1.3581 / 1000, 1_000_000)).toBeCloseTo(0.05, 3);
    expect(kolmogorovTail(1.6276 / 1000, 1_000_000)).toBeCloseTo(0.01, 3);
    expect(kolmogorovTail(0, 100)).toBe(1);
  });

  test('measures the distance from uniform on both sides of each step', () => {
    expect(uniformDistance([0.5])).toBe(0.5);
    expect(uniformDistance([0.1, 0.2])).toBeCloseTo(0.8);
  });

  test('makes of evenly spaced times a sample far from uniform', () => {
    // Spacings ½, 1, 1, 1, ½ of 4: sorted ⅛, ⅛, ¼, ¼, ¼, so 5/8, 0, 3/8, 0 of the sum.
    expect([...durbinTransformed([0.5, 1.5, 2.5, 3.5], 4)]).toEqual([0.625, 0.625, 1, 1]);
  });

  test('refuses a true Poisson process as often as it should', () => {
    const p = Array.from({ length: 400 }, (_, i) => lewisP(uniformTimes(1000 + i, 300), END_MS));
    // 5 % of 400 are 20, with a standard deviation of 4.4.
    const refused = p.filter((value) => value < 0.05).length;
    expect(refused).toBeGreaterThan(7);
    expect(refused).toBeLessThan(34);
  });

  test.each([
    ['evenly spaced', evenTimes],
    ['rounded up to ticks of a millisecond', ticking(uniformTimes(1))],
    ['sent once a second', heartbeat],
    ['of a rate that rises', uniformTimes(1).map((time) => Math.sqrt(time / END_MS) * END_MS)],
  ])('refuses times that are %s', (_, times) => {
    expect(lewisP(times, END_MS)).toBeLessThan(0.001);
  });

  test('may refuse one seed of twenty, not two', () => {
    const p = (refused: number): number[] => Array.from({ length: 20 }, (_, i) => (i < refused ? 0.005 : 0.4));
    expect([0, 1, 2].map((refused) => judgePoisson(p(refused)).passed)).toEqual([true, true, false]);
    expect(judgePoisson([]).passed).toBe(false);
  });
});

describe('burstiness (T6)', () => {
  test('is 1 of a Poisson process, 0 of an even one, and huge of a heartbeat', () => {
    expect(dispersion(uniformTimes(1), BIN_MS, BINS)).toBeCloseTo(1, 1);
    expect(dispersion(evenTimes, BIN_MS, BINS)).toBe(0);
    expect(dispersion(heartbeat, BIN_MS, BINS)).toBeGreaterThan(500);
  });

  test('tells which of the two a schedule is', () => {
    expect(judgeDispersion('poisson', uniformTimes(2)).passed).toBe(true);
    expect(judgeDispersion('constant', evenTimes).passed).toBe(true);
    expect(judgeDispersion('poisson', evenTimes).passed).toBe(false);
    expect(judgeDispersion('constant', uniformTimes(2)).passed).toBe(false);
  });

  test.each([
    ['once a second', heartbeat],
    ['in micro-bursts, 20 every 20 ms', evenTimes.map((time) => Math.floor(time / 20) * 20)],
  ])('refuses an even rate that is sent %s', (_, times) => {
    expect(judgeDispersion('constant', times).passed).toBe(false);
  });
});
