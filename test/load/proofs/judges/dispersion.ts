import type { Judged } from '../proof.ts';

/** Variance of the counts in bins of equal length, divided by their mean: 1 of a Poisson process, near 0 of an even one. */
export function dispersion(times: ArrayLike<number>, bin: number, bins: number): number {
  const counts = new Float64Array(bins);
  for (let i = 0; i < times.length; i += 1) {
    const at = Math.floor((times[i] as number) / bin);
    if (at >= 0 && at < bins) counts[at] = (counts[at] as number) + 1;
  }
  const mean = counts.reduce((a, b) => a + b, 0) / bins;
  const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / (bins - 1);
  return variance / mean;
}

export const BIN_MS = 10;
/** With 3,000 bins the ratio of a Poisson process has a standard deviation of √(2/2999) = 0.026. */
export const BINS = 3000;

const ALLOWED = { poisson: [0.9, 1.1], constant: [0, 0.2] } as const;

/** `times` in ms from the begin of the bins. */
export function judgeDispersion(arrivals: 'constant' | 'poisson', times: ArrayLike<number>): Judged {
  const value = dispersion(times, BIN_MS, BINS);
  const [from, to] = ALLOWED[arrivals];
  return {
    passed: arrivals === 'constant' ? value < to : value >= from && value <= to,
    figures: `variance/mean ${value.toFixed(4)} of ${times.length} arrivals in ${BINS} bins (allowed ${from}–${to})`,
  };
}
