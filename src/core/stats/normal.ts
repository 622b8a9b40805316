import normal from '@stdlib/stats-base-dists-normal';

/** The quantile of the standard normal: x with P(Z ≤ x) = p. p in (0, 1). */
export function normalQuantile(p: number): number {
  return normal.quantile(p, 0, 1);
}

/** P(Z ≤ z) of the standard normal. */
export function normalProbability(z: number): number {
  return normal.cdf(z, 0, 1);
}
