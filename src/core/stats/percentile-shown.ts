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
 * May this percentile of a trial be shown? `samples`: measured requests of the trial. `oneSecondShare`: the largest
 * share (0–1) of the samples above the percentile that ended in one second of the window; null when not known.
 */
export function percentileShown(
  percentile: Percentile,
  samples: number,
  oneSecondShare: number | null = null,
): PercentileShown {
  if (!(samples >= SAMPLES_NEEDED[percentile])) return { shown: false, reason: 'hidden-few-samples' };
  if (oneSecondShare !== null && oneSecondShare > ONE_EVENT_SHARE) return { shown: false, reason: 'one-event' };
  return { shown: true };
}
