import { expect, test } from 'vitest';
import { OneSecond } from '../../src/load/one-second.ts';
import { Recorder } from '../../src/load/recorder.ts';

const START = 5_000;

function run(samples: readonly (readonly [second: number, latencyMs: number, count: number])[]) {
  const all = new Recorder();
  const oneSecond = new OneSecond();
  for (const [second, latencyMs, count] of samples) {
    for (let i = 0; i < count; i += 1) {
      all.record(latencyMs);
      oneSecond.record(START, START + 1000 * second + (999 * i) / count, latencyMs);
    }
  }
  return oneSecond.shares(all);
}

test('a stall in one second of four holds the samples above p95 and p99, not those above the median', () => {
  // 1,000 samples; 80 slow ones, 60 of them in the third second: p90 (rank 900) is 10 ms, p95 (950) and p99 200 ms.
  const slow = 60 / 80;
  expect(
    run([
      [0, 10, 240],
      [0, 200, 10],
      [1, 10, 240],
      [1, 200, 10],
      [2, 10, 190],
      [2, 200, 60],
      [3, 10, 250],
    ]),
  ).toEqual({ p50: 0.25, p90: 0.25, p95: slow, p99: slow, p999: slow });
});

test('seconds without an answer between two others are told apart from both', () => {
  expect(
    run([
      [0, 10, 3],
      [7, 10, 1],
    ]).p50,
  ).toBe(0.75);
});

test('a run without requests has no share', () => {
  expect(run([])).toEqual({ p50: null, p90: null, p95: null, p99: null, p999: null });
});
