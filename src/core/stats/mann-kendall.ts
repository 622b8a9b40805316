import { normalProbability } from './normal.ts';

export interface Trend {
  /** Pairs that rise less pairs that fall. */
  readonly s: number;
  readonly z: number;
  /** Two-sided, by the normal approximation. */
  readonly p: number;
}

/**
 * Mann–Kendall: does a series rise or fall? S = Σ sign(x_j − x_i) over i < j; its variance under no trend is
 * (n(n − 1)(2n + 5) − Σ t(t − 1)(2t + 5)) / 18, t being the sizes of groups of equal values; z = (S ∓ 1)/√variance. Null under
 * three values or when all are equal. Source: Mann, Econometrica 13, 1945; Kendall, Rank Correlation Methods, 1955; ties: Kendall, ch. 4.
 */
export function mannKendall(values: readonly number[]): Trend | null {
  const n = values.length;
  if (n < 3) return null;
  let s = 0;
  for (const [j, later] of values.entries()) {
    for (let i = 0; i < j; i += 1) s += Math.sign(later - (values[i] ?? later));
  }
  const ties = [...Map.groupBy(values, (x) => x).values()].map((group) => group.length);
  const variance = (part(n) - ties.reduce((sum, t) => sum + part(t), 0)) / 18;
  if (variance <= 0) return null;
  const z = (s - Math.sign(s)) / Math.sqrt(variance);
  return { s, z, p: 2 * (1 - normalProbability(Math.abs(z))) };
}

function part(t: number): number {
  return t * (t - 1) * (2 * t + 5);
}
