import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeHistogram,
  emptyHistogram,
  encodeHistogram,
  meanMs,
  quantileMs,
  recordUs,
} from '../../src/core/histogram.ts';
import { seededRandom } from '../../src/core/random.ts';
import { Recorder } from '../../src/load/recorder.ts';

describe('a recorder', () => {
  test('has the same counts and quantiles as the HDR histogram of core', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 3_700_000_000 }), { minLength: 1, maxLength: 200 }), (values) => {
        const recorder = new Recorder();
        const histogram = emptyHistogram();
        for (const us of values) {
          recorder.recordUs(us, 1);
          recordUs(histogram, us);
        }
        const rebuilt = recorder.toHistogram();
        for (const q of [0.001, 0.5, 0.9, 0.99, 1]) {
          expect(recorder.quantileMs(q)).toBe(quantileMs(histogram, q));
          expect(quantileMs(rebuilt, q)).toBe(quantileMs(histogram, q));
        }
      }),
      { seed: 4 },
    );
  });

  test('is within 0.1 % or 0.5 µs of the exact order statistics of a million samples', () => {
    const random = seededRandom(5);
    const recorder = new Recorder();
    const samples = Float64Array.from({ length: 1_000_000 }, () => 0.05 + 20 * random() ** 6 * 50);
    for (const ms of samples) recorder.record(ms);
    samples.sort();
    for (const q of [0.5, 0.9, 0.99, 0.999, 1]) {
      const exact = samples[Math.ceil(q * samples.length) - 1]!;
      expect(Math.abs(recorder.quantileMs(q)! - exact)).toBeLessThanOrEqual(Math.max(0.001 * exact, 0.0005));
    }
    const mean = samples.reduce((a, b) => a + b, 0) / samples.length;
    expect(recorder.meanMs()! / mean).toBeCloseTo(1, 4);
    expect(meanMs(recorder.toHistogram())! / mean).toBeCloseTo(1, 3);
  });

  test('counts what is shorter than a microsecond as one, and what is longer than an hour as an hour', () => {
    const recorder = new Recorder();
    recorder.record(0);
    recorder.record(-0.2);
    recorder.record(5_000_000);
    expect(recorder.total).toBe(3);
    expect(recorder.quantileMs(0.5)).toBe(0.001);
    expect(recorder.quantileMs(1)! / 3_600_000).toBeCloseTo(1, 3);
  });

  test('counts more than 2^31 samples in one bucket, in a dump and as a histogram too', () => {
    const recorder = new Recorder();
    for (let i = 0; i < 4; i += 1) recorder.recordUs(1, 2 ** 31);
    recorder.recordUs(1_000, 5);
    const merged = new Recorder();
    merged.add(recorder.dump());
    for (const each of [recorder, merged]) {
      expect([each.total, each.quantileMs(0.5), each.quantileMs(1)]).toEqual([2 ** 33 + 5, 0.001, 1]);
      expect(each.countAboveMs(0)).toBe(2 ** 33 + 5);
      const decoded = decodeHistogram(encodeHistogram(each.toHistogram()));
      expect([decoded.totalCount, quantileMs(decoded, 0.5), quantileMs(decoded, 1)]).toEqual([2 ** 33 + 5, 0.001, 1]);
    }
  });

  test('counts the samples above a limit', () => {
    const recorder = new Recorder();
    for (const ms of [0.5, 1, 1.2, 7, 300]) recorder.record(ms);
    expect(recorder.countAboveMs(1)).toBe(3);
    expect(recorder.countAboveMs(10)).toBe(1);
  });

  test('is empty after it was cleared', () => {
    const recorder = new Recorder();
    recorder.record(3);
    recorder.clear();
    expect([recorder.total, recorder.meanMs(), recorder.quantileMs(0.5)]).toEqual([0, null, null]);
    recorder.record(1);
    expect(recorder.quantileMs(1)).toBe(1);
  });
});
