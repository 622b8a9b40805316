import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeSchedule, matrixSize } from '../../src/core/schedule.ts';

const cellsOf = (n: number) => Array.from({ length: n }, (_, i) => ({ cell: `d.w1.c${i + 1}` }));

describe('makeSchedule', () => {
  test('every block holds each cell exactly once', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 12 }),
        fc.maxSafeNat(),
        (n, blocks, seed) => {
          const schedule = makeSchedule(cellsOf(n), blocks, seed);
          expect(schedule.map((b) => b.block)).toEqual(Array.from({ length: blocks }, (_, i) => i + 1));
          for (const { cells } of schedule)
            expect([...cells].sort()).toEqual(
              cellsOf(n)
                .map((c) => c.cell)
                .sort(),
            );
        },
      ),
      { numRuns: 100 },
    );
  });

  test('the same cells and seed give the same order', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (seed) => {
        expect(makeSchedule(cellsOf(18), 3, seed)).toEqual(makeSchedule(cellsOf(18), 3, seed));
      }),
    );
  });

  test('more repetitions do not change the blocks that were there', () => {
    expect(makeSchedule(cellsOf(18), 5, 7).slice(0, 3)).toEqual(makeSchedule(cellsOf(18), 3, 7));
  });

  test('blocks and seeds differ in their order', () => {
    const orders = [1, 2, 3, 2 ** 32 + 1].flatMap((seed) =>
      makeSchedule(cellsOf(18), 5, seed).map((block) => block.cells.join()),
    );
    expect(new Set(orders).size).toBe(orders.length);
  });

  test('each of two cells comes first about as often: 5,000 blocks within 4 standard deviations', () => {
    const schedule = makeSchedule(cellsOf(2), 5_000, 1);
    const first = schedule.filter(({ cells }) => cells[0] === 'd.w1.c1').length;
    expect(Math.abs(first - 2_500)).toBeLessThan(4 * Math.sqrt(5_000 / 4));
  });
});

test('the estimate counts ramp, warm-up, window and overhead of each trial, a probe and a floor', () => {
  const size = matrixSize({
    deployments: [{ id: 'a', target: 'a', server: 's' }],
    workers: [1],
    workload: 'test',
    load: [{ model: 'closed', users: [10], think_time_s: { constant: 1 }, ramp_users_per_s: 10 }],
    repetitions: 3,
    warmup_s: 2,
    window_s: 5,
  });
  // 3 × (1 + 2 + 5 + 4) + (3 + 4) + 3
  expect(size).toEqual({ cells: 1, trials: 3, estimated_s: 46 });
});
