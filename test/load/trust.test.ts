import { describe, expect, test } from 'vitest';
import { censoredPercentiles, voidReasons, withheldPercentiles } from '../../src/load/trust.ts';

describe('withheld percentiles', () => {
  test('nothing is withheld from a run without contamination', () => {
    expect(withheldPercentiles(0, 1000)).toEqual([]);
  });

  // Percentile q is withheld when the contaminated share exceeds (1 − q)/10: 1e-4 for p99.9, 1e-3, 5e-3, 1e-2, 5e-2.
  test.each([
    [1, 100_000, ['max']],
    [11, 100_000, ['p999', 'max']],
    [101, 100_000, ['p99', 'p999', 'max']],
    [501, 100_000, ['p95', 'p99', 'p999', 'max']],
    [1001, 100_000, ['p90', 'p95', 'p99', 'p999', 'max']],
    [5001, 100_000, ['p50', 'p90', 'p95', 'p99', 'p999', 'max']],
  ])('%i contaminated of %i requests', (contaminated, requests, expected) => {
    expect(withheldPercentiles(contaminated, requests)).toEqual(expected);
  });
});

describe('censored percentiles', () => {
  test('are those whose rank is among the failures, and the mean', () => {
    // 100 requests, 2 failed: ranks 99 and 100 are failures; p99 has rank 99, p95 rank 95.
    expect(censoredPercentiles(2, 100)).toEqual(['mean', 'p99', 'p999', 'max']);
    expect(censoredPercentiles(1, 100)).toEqual(['mean', 'p999', 'max']);
    expect(censoredPercentiles(100, 100)).toEqual(['mean', 'p50', 'p90', 'p95', 'p99', 'p999', 'max']);
    expect(censoredPercentiles(0, 100)).toEqual([]);
  });
});

describe('a void run', () => {
  const clean = {
    contaminated: 0,
    requests: 10_000,
    longTurnsShare: 0,
    generatorFaults: new Map<string, number>(),
    givenUp: 0,
    unreached: 0,
  };

  test('a clean run is not void', () => {
    expect(voidReasons({ ...clean, contaminated: 100, longTurnsShare: 0.005 })).toEqual([]);
  });

  test('a few late requests of a small sample are withheld percentiles, not a void run', () => {
    // Wilson's lower bound at 95 %: 4 of 168 → 0.93 %, 5 of 168 → 1.28 %.
    expect(withheldPercentiles(4, 168)).toContain('p90');
    expect(voidReasons({ ...clean, contaminated: 4, requests: 168 })).toEqual([]);
    expect(voidReasons({ ...clean, contaminated: 5, requests: 168 })).toHaveLength(1);
    expect(voidReasons({ ...clean, contaminated: 0, requests: 0 })).toEqual([]);
  });

  test.each([
    ['surely more than 1 % were late', { contaminated: 122 }, '122 of 10000 requests'],
    ['the loop stood still', { longTurnsShare: 0.0051 }, '20 ms'],
    ['the host ran out of ports', { generatorFaults: new Map([['EADDRNOTAVAIL', 3]]) }, 'EADDRNOTAVAIL on 3'],
    ['requests were given up', { givenUp: 2 }, '2 requests unanswered'],
    ['the generator never got to some', { unreached: 3 }, '3 planned requests were never sent'],
  ])('%s', (_, change, says) => {
    const reasons = voidReasons({ ...clean, ...change });
    expect(reasons).toHaveLength(1);
    expect(reasons[0]).toContain(says);
  });
});
