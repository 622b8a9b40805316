import normal from '@stdlib/stats-base-dists-normal';

/** The quantile of the standard normal: x with P(Z ≤ x) = p. p in (0, 1). */
export function normalQuantile(p: number): number {
  return normal.quantile(p, 0, 1);
}
