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
    expect(percentileShown('p95', 400, 11 / 20)).toEqual({ shown: false, reason: 'one-event' });
    expect(percentileShown('p95', 400, 10 / 20)).toEqual({ shown: true });
  });

  it('is shown when it is not known when the samples above it ended', () => {
    expect(percentileShown('p99', 1_000, null)).toEqual({ shown: true });
  });
});
