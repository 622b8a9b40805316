import { expect, test } from 'vitest';
import type { SecondRow } from '../../src/core/load-result.ts';
import { Recorder } from '../../src/load/recorder.ts';
import { RowMerge } from '../../src/load/row-merge.ts';
import type { RowCounts } from '../../src/load/second-rows.ts';

function row(t_s: number, answered: number, longest_turn_ms = 0): RowCounts {
  const latency = new Recorder();
  for (let i = 0; i < answered; i += 1) latency.record(1);
  const counts = { answered, failed: 0, bytes: 0, users: 1, in_flight: 0, generator_busy: 0, gc_ms: 0 };
  return { t_s, phase: 'window', ...counts, longest_turn_ms, latency: latency.dump() };
}

function merged(rows: readonly (readonly [thread: number, row: RowCounts])[]): readonly [number, number][] {
  const emitted: SecondRow[] = [];
  const merge = new RowMerge(2, (one) => emitted.push(one));
  for (const [thread, one] of rows) merge.add(thread, one);
  merge.finish();
  expect(merge.rows).toEqual(emitted);
  return emitted.map(({ t_s, answered }) => [t_s, answered]);
}

test('the same second of two threads is one row', () => {
  const rows = [0, 1].flatMap((thread) => [[thread, row(0, 1)] as const, [thread, row(1.0004, 2)] as const]);
  expect(merged(rows)).toEqual([
    [0, 2],
    [1.0004, 4],
  ]);
});

test('a row that only one thread closed does not shift the rows after it', () => {
  const early = [row(0, 1), row(0.4, 2), row(1.4, 3)];
  const late = [row(0, 10), row(0.4, 20), row(0.45, 30), row(1.4, 40)];
  const rows = [...early.map((one) => [0, one] as const), ...late.map((one) => [1, one] as const)];
  expect(merged(rows)).toEqual([
    [0, 11],
    [0.4, 22],
    [0.45, 30],
    [1.4, 43],
  ]);
});

test('the longest turn is that of the slowest thread', () => {
  const merge = new RowMerge(2, () => undefined);
  merge.add(0, row(0, 1, 3));
  merge.add(1, row(0, 1, 8));
  expect(merge.rows[0]?.longest_turn_ms).toBe(8);
});
