import { describe, expect, test } from 'vitest';
import { Timeline } from '../../src/load/timeline.ts';
import { TurnWatch } from '../../src/load/turn-watch.ts';

/** A watch whose window is [0, 1000) ms. */
function watchFrom(start: number): TurnWatch {
  const timeline = new Timeline(start);
  timeline.endRamp(0, 0, 1000);
  return new TurnWatch(timeline);
}

describe('the watch on the event loop', () => {
  test('measures a turn from its first event, and counts it once per request that ended in it', () => {
    const watch = watchFrom(0);
    watch.begin(1);
    watch.stamped(0, 0);
    watch.stamped(0, 0);
    watch.end(1.4);
    expect([watch.turns.total, watch.turns.quantileMs(1)]).toEqual([2, 0.4]);
    expect(watch.suspects.total).toBe(0);
  });

  test('counts a gap that is longer than any sleep as part of the turn', () => {
    const watch = watchFrom(0);
    watch.begin(1000);
    watch.stamped(0, 0);
    watch.end(1000.1);
    expect(watch.turns.quantileMs(1)).toBeCloseTo(1000, -1);
    expect(watch.suspects.total).toBe(1);
    expect(watch.longTurnsMs).toBe(1000);
  });

  test('begins a turn where the last one ended while the loop spins', () => {
    const watch = watchFrom(0);
    watch.begin(1);
    watch.continues = true;
    watch.end(1.1);
    watch.begin(2);
    watch.stamped(0, 0);
    watch.end(2.1);
    expect(watch.turns.quantileMs(1)).toBe(1);
  });

  test('adds what was done after the last turn, for which an answer may have waited', () => {
    const watch = watchFrom(0);
    watch.carriedMs = 0.5;
    watch.begin(2);
    watch.stamped(0, 0);
    watch.end(2.25);
    expect(watch.turns.quantileMs(1)).toBe(0.75);
  });

  test('suspects a request by its own lateness and the turn together', () => {
    const watch = watchFrom(0);
    watch.begin(1);
    watch.stamped(0, 0.8);
    watch.stamped(0, 0.1);
    watch.end(1.4);
    expect([watch.suspects.total, watch.suspects.quantileMs(1)]).toEqual([1, 1.2]);
  });

  test('suspects requests by their names too, however many end in one turn', () => {
    const watch = watchFrom(0);
    watch.begin(1);
    for (let i = 0; i < 3000; i += 1) watch.stamped(i % 3, i % 3 === 1 ? 2 : 0.1);
    watch.end(1.4);
    const names = [...watch.suspectsByName].map(([name, { total }]) => [name, total]);
    expect([watch.suspects.total, names]).toEqual([1000, [[1, 1000]]]);
  });

  test('sums long turns only inside the window', () => {
    const watch = watchFrom(-100);
    watch.begin(50);
    watch.end(50);
    expect(watch.longTurnsMs).toBe(50);
    watch.begin(60);
    watch.end(60);
    expect(watch.longTurnsMs).toBe(50);
    watch.begin(1200);
    watch.end(1200);
    expect(watch.longTurnsMs).toBe(50 + 940);
  });

  test('counts as spinning only turns that neither sent nor read, and of a long one only a little', () => {
    const watch = watchFrom(0);
    watch.continues = true;
    watch.begin(0.01);
    watch.end(0.01);
    expect(watch.spunMs).toBeCloseTo(0.01);
    watch.worked = true;
    watch.begin(0.02);
    watch.end(0.02);
    expect(watch.spunMs).toBeCloseTo(0.01);
    watch.begin(5);
    watch.end(5);
    expect(watch.spunMs).toBeCloseTo(0.06);
  });
});
