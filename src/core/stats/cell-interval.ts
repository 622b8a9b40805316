import { ALPHA } from './arithmetic.ts';
import { allFinite, logMoments } from './log-moments.ts';
import { tQuantile } from './student-t.ts';

export interface IntervalOptions {
  readonly alpha?: number;
  /** Width of the bucket the values were read from, in their unit; 0 when they were not read from a histogram. */
  readonly step?: number;
}

export type GeometricInterval =
  | {
      readonly ok: true;
      readonly value: number;
      readonly lo: number;
      readonly hi: number;
      /** Relative: 0.05 says that the upper bound is 5 % above the value. */
      readonly half_width: number;
      readonly sd_ln: number;
      readonly n: number;
    }
  | {
      readonly ok: false;
      readonly reason: 'too-few' | 'nonpositive' | 'not-finite';
      /** The one value when n = 1, which is printed as "n = 1"; else null. */
      readonly value: number | null;
      readonly n: number;
    };

/**
 * S1: value and interval of a cell from one value per repetition.
 *
 * value = exp(mean ln x), interval = exp(mean ln x ± t(1 − α/2, n − 1)·s/√n) with s the standard deviation of ln x
 * (n − 1), half_width = exp(t·s/√n) − 1. On the log scale, because ratios of two values then are differences of two
 * means, and because a run that is slowed down is slowed down by a factor. Source: the t interval (Student 1908) on
 * ln x; geometric mean of ratios: Fleming & Wallace, CACM 29(3), 1986.
 */
export function geometricInterval(values: readonly number[], options: IntervalOptions = {}): GeometricInterval {
  const { alpha = ALPHA, step = 0 } = options;
  const n = values.length;
  if (!allFinite(values)) return { ok: false, reason: 'not-finite', value: null, n };
  if (values.some((x) => x <= 0)) return { ok: false, reason: 'nonpositive', value: null, n };
  const moments = logMoments(values, step);
  if (moments === null) return { ok: false, reason: 'too-few', value: null, n };
  if (moments.sd === null) return { ok: false, reason: 'too-few', value: values[0] ?? null, n };
  const t = tQuantile(1 - alpha / 2, n - 1);
  const reach = (t * moments.sd) / Math.sqrt(n);
  return {
    ok: true,
    value: Math.exp(moments.mean),
    lo: Math.exp(moments.mean - reach),
    hi: Math.exp(moments.mean + reach),
    half_width: Math.expm1(reach),
    sd_ln: moments.sd,
    n,
  };
}
