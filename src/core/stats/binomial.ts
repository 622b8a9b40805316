import binomial from '@stdlib/stats-base-dists-binomial';

/** P(B ≤ k) of a binomial count B of n trials with success probability q. */
export function binomialCdf(k: number, n: number, q: number): number {
  return binomial.cdf(k, n, q);
}

/** The smallest k with P(B ≤ k) ≥ p. */
export function binomialQuantile(p: number, n: number, q: number): number {
  return binomial.quantile(p, n, q);
}
