import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CapacitySearch, judgeStep, type ProbeOutcome } from '../../src/load/capacity-search.ts';
import { boundsOf, outcomeOf } from '../../src/load/run-capacity.ts';

/** Searches with an oracle; the rates in the order they were tried. */
function searched(start: number, oracle: (rate: number) => ProbeOutcome): { rates: number[]; search: CapacitySearch } {
  const search = new CapacitySearch(start);
  const rates: number[] = [];
  for (let rate = search.next(); rate !== null; rate = search.next()) {
    rates.push(rate);
    search.judged(rate, oracle(rate));
  }
  return { rates, search };
}

describe('a capacity search', () => {
  test('doubles until a rate fails, then closes in to a factor of 1.05', () => {
    const { rates, search } = searched(100, (rate) => (rate <= 730 ? 'passed' : 'failed'));
    expect(rates.slice(0, 4)).toEqual([100, 200, 400, 800]);
    expect(rates).toHaveLength(8);
    expect(search.passed).toBeGreaterThan(730 / 1.05);
    expect(search.passed).toBeLessThanOrEqual(730);
    expect(search.ended).toBe('failed');
  });

  test('finds any capacity to 5 % from any start, in a bounded number of steps', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 1e6, noNaN: true }),
        fc.double({ min: 1, max: 1e6, noNaN: true }),
        (capacity, start) => {
          const { rates, search } = searched(start, (rate) => (rate <= capacity ? 'passed' : 'failed'));
          expect(search.passed).not.toBeNull();
          expect(search.passed as number).toBeLessThanOrEqual(capacity);
          expect((search.passed as number) * 1.05).toBeGreaterThanOrEqual(capacity * (1 - 1e-12));
          expect(rates.length).toBeLessThan(40);
        },
      ),
      { seed: 4 },
    );
  });

  test('looks below its first rate when that fails, and says so when nothing passes', () => {
    const below = searched(100, (rate) => (rate <= 30 ? 'passed' : 'failed'));
    expect(below.rates.slice(0, 3)).toEqual([100, 50, 25]);
    expect(below.search.passed).toBeGreaterThan(30 / 1.05);
    const none = searched(100, () => 'failed');
    expect(none.search.passed).toBeNull();
    expect(none.search.ended).toBe('none');
    expect(none.rates.at(-1)).toBe(1);
  });

  test('goes on upwards from rates that could not be decided, since higher ones have more requests', () => {
    const { rates, search } = searched(10, (rate) => (rate < 50 ? 'undecided' : rate <= 300 ? 'passed' : 'failed'));
    expect(rates.slice(0, 4)).toEqual([10, 20, 40, 80]);
    expect(search.passed).toBeGreaterThan(300 / 1.05);
  });

  test('has no rate when none that was low enough could be decided', () => {
    const { search } = searched(10, (rate) => (rate < 100 ? 'undecided' : 'failed'));
    expect([search.passed, search.ended]).toEqual([null, 'undecided']);
  });

  test('says that none could be decided below a first rate that failed', () => {
    const { search } = searched(50, (rate) => (rate > 30 ? 'failed' : 'undecided'));
    expect([search.passed, search.ended]).toEqual([null, 'undecided']);
  });

  test('says that the generator was late at every rate, and not that no rate kept the limit', () => {
    const { rates, search } = searched(50, () => 'void');
    expect([search.passed, search.ended]).toEqual([null, 'void']);
    // A host on which a generator is late at 25 requests/s makes it late at any rate.
    expect(rates).toEqual([50, 25]);
  });

  test('is bounded by what the generator cannot offer, and says that it was the limit', () => {
    const { search } = searched(100, (rate) => (rate <= 900 ? 'passed' : 'void'));
    expect(search.passed).toBeLessThanOrEqual(900);
    expect(search.ended).toBe('void');
  });
});

describe('a step of a search', () => {
  const limit = { quantile: 0.95, latency_ms: 50, error_rate: 0.001 };
  const judged = (requests: number, over_limit: number, failed: number): string =>
    judgeStep(boundsOf({ requests, over_limit, failed }), limit);

  // Wilson bounds of 0/3838 and 0/3837: 3.8415 / (n + 3.8415), below and above 0.001.
  test('passes when both upper bounds keep the limit', () => {
    expect(judged(3838, 0, 0)).toBe('passed');
    expect(judged(3837, 0, 0)).toBe('undecided');
    expect(judged(10_000, 450, 0)).toBe('passed');
    expect(judged(10_000, 470, 0)).toBe('undecided');
  });

  test('fails when a lower bound breaks it, by latency or by errors alone', () => {
    expect(judged(10_000, 550, 0)).toBe('failed');
    expect(judged(10_000, 530, 0)).toBe('undecided');
    expect(judged(10_000, 20, 20)).toBe('failed');
  });

  test('is void where it would not have failed without the requests that the generator was late for', () => {
    const at99 = { quantile: 0.99, latency_ms: 50, error_rate: 0.001 };
    const outcome = (contaminated: number, over_limit: number, failed = 0): string =>
      outcomeOf({ void: false, contaminated }, { requests: 10_000, over_limit, failed }, at99);
    // The lower bound of 120 of 10,000 lies above 1 %, that of 119 below.
    expect(outcome(30, 150)).toBe('failed');
    expect(outcome(31, 150)).toBe('void');
    expect(outcome(31, 70)).toBe('passed');
    // Errors are the server's, however late the generator was.
    expect(outcome(31, 150, 40)).toBe('failed');
    expect(outcomeOf({ void: true, contaminated: 0 }, { requests: 10_000, over_limit: 0, failed: 0 }, at99)).toBe(
      'void',
    );
  });

  test('cannot be decided without requests', () => {
    expect(judged(0, 0, 0)).toBe('undecided');
  });
});
