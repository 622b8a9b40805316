/**
 * Is the quantile `q` of so many requests only a lower bound? Failures rank above all answers, so it is where its rank ⌈q·n⌉ is among
 * them; the mean (`q` null) is where there is any.
 */
export function isLowerBound(
  q: number | null,
  { ok, failed }: { readonly ok: number; readonly failed: number },
): boolean {
  return failed > 0 && (q === null || Math.ceil(q * (ok + failed) - ROUNDING) > ok);
}

/** 0.55 × 100 is a little more than 55 in floating point. */
const ROUNDING = 1e-9;
