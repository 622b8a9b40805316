/**
 * Wilson's score interval of a proportion k/n for a quantile z: (p + z²/2n ± z·√(p(1 − p)/n + z²/4n²)) / (1 + z²/n).
 * k and n need not be whole (they are divided by the overdispersion). n > 0.
 * Source: Wilson, JASA 22, 1927; recommended by Brown, Cai & DasGupta, Statistical Science 16(2), 2001.
 */
export function wilsonInterval(k: number, n: number, z: number): { readonly lo: number; readonly hi: number } {
  const p = k / n;
  const spread = z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  const centre = p + (z * z) / (2 * n);
  const scale = 1 + (z * z) / n;
  // The formula's bounds at 0 and 1 are exact; rounding must not push them out.
  return {
    lo: k === 0 ? 0 : Math.max(0, (centre - spread) / scale),
    hi: k === n ? 1 : Math.min(1, (centre + spread) / scale),
  };
}
