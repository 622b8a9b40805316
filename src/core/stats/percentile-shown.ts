/**
 * S3: from how many samples of one trial a percentile is shown: enough that about ten lie above it (the median: that
 * ten lie on each side), because the place of a percentile with fewer samples above it is set by those few alone.
 */
export const SAMPLES_NEEDED = { p50: 20, p90: 100, p95: 200, p99: 1_000, p999: 10_000 } as const;

export type Percentile = keyof typeof SAMPLES_NEEDED;

/** Above this share of a percentile's upper samples in one second, it describes that second and not the trial. */
const ONE_EVENT_SHARE = 0.5;

export type PercentileShown =
  | { readonly shown: true }
  | { readonly shown: false; readonly reason: 'hidden-few-samples' | 'one-event' };

/**
 * May this percentile of a trial be shown? `samples`: measured requests of the trial. `aboveBySecond`: how many of the
 * samples above the percentile ended in each second of the window; left out when not known.
 */
export function percentileShown(
  percentile: Percentile,
  samples: number,
  aboveBySecond: readonly number[] = [],
): PercentileShown {
  if (!(samples >= SAMPLES_NEEDED[percentile])) return { shown: false, reason: 'hidden-few-samples' };
  const above = aboveBySecond.reduce((sum, count) => sum + count, 0);
  const most = aboveBySecond.reduce((max, count) => Math.max(max, count), 0);
  if (most > ONE_EVENT_SHARE * above) return { shown: false, reason: 'one-event' };
  return { shown: true };
}
