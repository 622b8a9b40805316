import t from '@stdlib/stats-base-dists-t';

/** The quantile of Student's t: x with P(T ≤ x) = p. p in (0, 1), df > 0 (not necessarily whole). */
export function tQuantile(p: number, df: number): number {
  return t.quantile(p, df);
}

/** P(T ≥ x) for Student's t with df > 0 degrees of freedom, computed in the tail so that small values keep their digits. */
export function tUpperTail(x: number, df: number): number {
  return t.cdf(-x, df);
}
