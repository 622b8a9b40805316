/**
 * Holm's step-down adjustment of a family of p values, in the order given: the i-th smallest of m (from 1) becomes the
 * largest of (m − j + 1)·p(j) over j ≤ i, at most 1. Controls the chance of any false claim in the family under any
 * dependence. Source: Holm, Scandinavian Journal of Statistics 6, 1979.
 */
export function holm(ps: readonly number[]): readonly number[] {
  const ascending = ps.map((p, at) => ({ p, at })).sort((x, y) => x.p - y.p);
  const adjusted = Array.from({ length: ps.length }, () => 1);
  let soFar = 0;
  ascending.forEach(({ p, at }, i) => {
    soFar = Math.max(soFar, Math.min(1, (ps.length - i) * p));
    adjusted[at] = soFar;
  });
  return adjusted;
}
