import { tQuantile } from './student-t.ts';

/** Two-sided error probability of every interval unless a caller says otherwise. */
export const ALPHA = 0.05;

/** Σx / n, by adding scaled parts so that it cannot overflow; null for no values. */
export function mean(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  return values.reduce((sum, x) => sum + x / values.length, 0);
}

/** Σ(x − x̄)² / (n − 1), two passes (no cancellation); null under two values. Unit: that of x, squared. */
export function variance(values: readonly number[]): number | null {
  const centre = mean(values);
  if (centre === null || values.length < 2) return null;
  return values.reduce((sum, x) => sum + (x - centre) ** 2, 0) / (values.length - 1);
}

/** √variance, with n − 1; null under two values. */
export function standardDeviation(values: readonly number[]): number | null {
  const v = variance(values);
  return v === null ? null : Math.sqrt(v);
}

/** s / x̄; null under two values or when the mean is not positive (a ratio to it would say nothing). */
export function coefficientOfVariation(values: readonly number[]): number | null {
  const centre = mean(values);
  const s = standardDeviation(values);
  return centre === null || s === null || centre <= 0 ? null : s / centre;
}

export type ArithmeticInterval =
  | {
      readonly ok: true;
      readonly value: number;
      readonly lo: number;
      readonly hi: number;
      /** Half the width, in the unit of x. */
      readonly half_width: number;
      readonly sd: number;
      readonly n: number;
    }
  | { readonly ok: false; readonly reason: 'too-few'; readonly value: number | null; readonly n: number };

/**
 * x̄ ± t(1 − α/2, n − 1)·s/√n (Student 1908). Used only where a table of means and standard deviations is asked for;
 * reports use the geometric interval, whose ratios agree with the values printed.
 */
export function arithmeticInterval(values: readonly number[], alpha: number = ALPHA): ArithmeticInterval {
  const n = values.length;
  const value = mean(values);
  const sd = standardDeviation(values);
  if (value === null || sd === null) return { ok: false, reason: 'too-few', value, n };
  const half_width = (tQuantile(1 - alpha / 2, n - 1) * sd) / Math.sqrt(n);
  return { ok: true, value, lo: value - half_width, hi: value + half_width, half_width, sd, n };
}
