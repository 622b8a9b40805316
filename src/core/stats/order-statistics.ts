import { ALPHA } from './arithmetic.ts';
import { binomialCdf, binomialQuantile } from './binomial.ts';

/** Ranks (from 1) of the ordered sample that enclose the q-quantile; null where the sample has no such rank. */
export interface QuantileRanks {
  readonly lower: number | null;
  readonly upper: number | null;
}

/**
 * S3: distribution-free interval of the q-quantile within one run.
 * l = max{l: P(B(n, q) ≤ l − 1) ≤ α/2}, u = min{u: P(B(n, q) ≤ u − 1) ≥ 1 − α/2}, B binomial.
 * Source: David & Nagaraja, Order Statistics, 3rd ed., section 7.1; Hahn & Meeker, Statistical Intervals.
 * Assumes independent requests, which requests of one run are not: a lower bound of the uncertainty, never a verdict.
 */
export function quantileRanks(n: number, q: number, alpha: number = ALPHA): QuantileRanks {
  if (!Number.isInteger(n) || n < 1 || !(q > 0 && q < 1)) return { lower: null, upper: null };
  const k = binomialQuantile(alpha / 2, n, q);
  const lower = binomialCdf(k, n, q) <= alpha / 2 ? k + 1 : k;
  const upper = binomialQuantile(1 - alpha / 2, n, q) + 1;
  return { lower: lower >= 1 ? lower : null, upper: upper <= n ? upper : null };
}

/**
 * Probability that [min, max] of n independent repetitions covers the median: 1 − 2^(1 − n); null under two.
 * (It misses only when all n fall on one side.) n = 3: 75 %, 5: 93.75 %, 6: 96.875 %.
 */
export function rangeCoverageOfMedian(n: number): number | null {
  return Number.isInteger(n) && n >= 2 ? 1 - 2 ** (1 - n) : null;
}
