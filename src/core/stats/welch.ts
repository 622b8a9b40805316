import type { LogEffect } from './effect.ts';
import { logMoments } from './log-moments.ts';

/** One independent source of error of a difference: its part of se², and the degrees of freedom it was estimated with. */
export interface VariancePart {
  readonly variance: number;
  readonly df: number;
}

/**
 * Welch on ln: d = mean ln A − mean ln B, se² = s²A/nA + s²B/nB and whatever `more` adds, df by Welch–Satterthwaite over
 * all parts (Welch, Biometrika 34, 1947; Satterthwaite, Biometrics Bulletin 2, 1946). Positive finite values; `step`: see
 * `logMoments`.
 */
export function welchEffect(
  a: readonly number[],
  b: readonly number[],
  step: number,
  more: readonly VariancePart[] = [],
): LogEffect | 'too-few' {
  const ofA = logMoments(a, step);
  const ofB = logMoments(b, step);
  if (ofA === null || ofB === null || ofA.sd === null || ofB.sd === null) return 'too-few';
  const parts = [
    { variance: ofA.sd ** 2 / ofA.n, df: ofA.n - 1 },
    { variance: ofB.sd ** 2 / ofB.n, df: ofB.n - 1 },
    ...more,
  ];
  const sum = parts.reduce((total, { variance }) => total + variance, 0);
  const df = sum ** 2 / parts.reduce((total, part) => total + part.variance ** 2 / part.df, 0);
  return { d: ofA.mean - ofB.mean, se: Math.sqrt(sum), df };
}
