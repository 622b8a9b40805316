import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DeadlineList } from '../../src/load/deadline-list.ts';
import { DueQueue } from '../../src/load/due-queue.ts';

describe('the queue of planned requests', () => {
  test('hands slots out in the order of their times', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1000), { maxLength: 100 }), (times) => {
        const queue = new DueQueue(times.length);
        times.forEach((time, slot) => queue.add(slot, time));
        const out: number[] = [];
        while (queue.size > 0) {
          const next = queue.nextTime();
          const slot = queue.take();
          expect(times[slot]).toBe(next);
          out.push(next);
        }
        expect(out).toEqual([...times].sort((a, b) => a - b));
      }),
      { seed: 6 },
    );
  });

  test('has no next time when it is empty', () => {
    const queue = new DueQueue(1);
    expect([queue.nextTime(), queue.take()]).toEqual([Infinity, -1]);
  });
});

describe('the list of deadlines', () => {
  test('expires the oldest first and forgets those that were removed', () => {
    const list = new DeadlineList(4);
    [3, 1, 0, 2].forEach((slot, i) => list.add(slot, 10 + i));
    list.remove(1);
    expect(list.expired(9)).toBe(-1);
    expect(list.expired(10)).toBe(3);
    list.remove(3);
    expect(list.expired(11)).toBe(-1);
    expect(list.expired(12)).toBe(0);
    list.add(1, 20);
    list.remove(0);
    list.remove(2);
    expect([list.oldest(), list.size]).toEqual([1, 1]);
    list.remove(1);
    expect([list.oldest(), list.expired(100), list.size]).toEqual([-1, -1, 0]);
  });

  test('puts one that had to wait for its slot where its deadline belongs', () => {
    const list = new DeadlineList(4);
    list.add(0, 10);
    list.add(1, 30);
    list.add(2, 20);
    list.add(3, 5);
    const order = [3, 0, 2, 1].map((slot) => {
      const oldest = list.oldest();
      list.remove(slot);
      return oldest;
    });
    expect(order).toEqual([3, 0, 2, 1]);
    expect(list.size).toBe(0);
  });
});
