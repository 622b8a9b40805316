import { mean, standardDeviation } from './arithmetic.ts';

export interface LogMoments {
  readonly n: number;
  /** Mean of ln x. */
  readonly mean: number;
  /** Standard deviation of ln x (n − 1), not below the floor; null for one value. */
  readonly sd: number | null;
}

/**
 * Mean and spread of ln x for positive finite values; null when there are none.
 *
 * `step` is the width of the bucket that the values were read from, in their unit. Values that fall into one bucket look
 * equal without being so: their spread is taken to be at least that of a uniform error of one step, step/√12, here
 * relative to the geometric mean.
 */
export function logMoments(values: readonly number[], step: number): LogMoments | null {
  const logs = values.map((x) => Math.log(x));
  const centre = mean(logs);
  if (centre === null) return null;
  const sd = standardDeviation(logs);
  const floor = step / Math.sqrt(12) / Math.exp(centre);
  return { n: values.length, mean: centre, sd: sd === null ? null : Math.max(sd, floor) };
}

export function allFinite(values: readonly number[]): boolean {
  return values.every((x) => Number.isFinite(x));
}
