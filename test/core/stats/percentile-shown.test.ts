import { describe, expect, it } from 'vitest';
import { percentileShown } from '../../../src/core/stats/percentile-shown.ts';
import type { Percentile } from '../../../src/core/stats/percentile-shown.ts';

describe('when a percentile of a trial is shown', () => {
  it.each<[Percentile, number]>([
    ['p50', 20],
    ['p90', 100],
    ['p95', 200],
    ['p99', 1_000],
    ['p999', 10_000],
  ])('%s needs %d samples', (percentile, needed) => {
    expect(percentileShown(percentile, needed - 1)).toEqual({ shown: false, reason: 'hidden-few-samples' });
    expect(percentileShown(percentile, needed)).toEqual({ shown: true });
  });

  it('is hidden when more than half of the samples above it fall in one second', () => {
    expect(percentileShown('p95', 400, [1, 11, 0, 8])).toEqual({ shown: false, reason: 'one-event' });
    expect(percentileShown('p95', 400, [1, 10, 1, 8])).toEqual({ shown: true });
  });

  it('is shown when nothing lies above it', () => {
    expect(percentileShown('p99', 1_000, [0, 0, 0])).toEqual({ shown: true });
  });
});
