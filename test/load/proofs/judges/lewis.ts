/**
 * Is a series of times a Poisson process of constant rate? Lewis' test (Lewis, Biometrika 52, 1965), which is Durbin's transformation
 * of the spacings and then Kolmogorov's test; the most powerful of those compared by Kim & Whitt, Naval Research Logistics 61, 2014.
 */

/** Terms of Kolmogorov's series beyond which none counts. */
const TERMS = 100;

/** P(D ≥ d) for n points: Kolmogorov's limit with Stephens' correction for n (Stephens, JRSS B 32, 1970). */
export function kolmogorovTail(d: number, n: number): number {
  const x = (Math.sqrt(n) + 0.12 + 0.11 / Math.sqrt(n)) * d;
  if (x < 0.2) return 1;
  let sum = 0;
  for (let k = 1; k <= TERMS; k += 1) sum += (k % 2 === 1 ? 2 : -2) * Math.exp(-2 * k * k * x * x);
  return Math.min(1, Math.max(0, sum));
}

/** The largest distance of an ascending sample in [0, 1] from the uniform distribution. */
export function uniformDistance(sorted: ArrayLike<number>): number {
  const n = sorted.length;
  let most = 0;
  for (let i = 0; i < n; i += 1) {
    const u = sorted[i] as number;
    most = Math.max(most, (i + 1) / n - u, u - i / n);
  }
  return most;
}

/**
 * Of n times in [0, end]: given their number they are uniform, so their n + 1 spacings are exchangeable. In ascending order
 * c₁ ≤ … ≤ cₙ₊₁, the (n + 2 − j)(cⱼ − cⱼ₋₁) are spacings of a uniform sample again, and their sums that sample.
 */
export function durbinTransformed(times: ArrayLike<number>, end: number): Float64Array {
  const n = times.length;
  const spacings = new Float64Array(n + 1);
  let before = 0;
  for (let i = 0; i < n; i += 1) {
    spacings[i] = ((times[i] as number) - before) / end;
    before = times[i] as number;
  }
  spacings[n] = 1 - before / end;
  spacings.sort();
  const sums = new Float64Array(n);
  let sum = 0;
  for (let j = 1; j <= n; j += 1) {
    sum += (n + 2 - j) * ((spacings[j - 1] as number) - (j > 1 ? (spacings[j - 2] as number) : 0));
    sums[j - 1] = sum;
  }
  return sums;
}

/** The p-value of Lewis' test for ascending times in [0, end]. */
export function lewisP(times: ArrayLike<number>, end: number): number {
  return kolmogorovTail(uniformDistance(durbinTransformed(times, end)), times.length);
}
