import { exactQuantile } from './exact-quantile.ts';
import type { Judged } from '../proof.ts';
import { msText, percent } from './figures.ts';

/** How far a quantile may be off: by this share of the true one, or by this time where that is more. */
export interface QuantileLimit {
  readonly q: number;
  readonly share: number;
  readonly ms: number;
}

export interface QuantileError {
  readonly q: number;
  readonly truth_ms: number;
  readonly measured_ms: number;
  readonly allowed_ms: number;
}

/** `truth`: ascending, ms; `measured`: a quantile in ms. */
export function quantileErrors(
  truth: ArrayLike<number>,
  measured: (q: number) => number,
  limits: readonly QuantileLimit[],
): QuantileError[] {
  return limits.map(({ q, share, ms }) => {
    const truth_ms = exactQuantile(truth, q);
    return { q, truth_ms, measured_ms: measured(q), allowed_ms: Math.max(ms, share * truth_ms) };
  });
}

/** NaN is not within anything. */
export function isWithin({ truth_ms, measured_ms, allowed_ms }: QuantileError): boolean {
  return Math.abs(measured_ms - truth_ms) <= allowed_ms;
}

export function judgeQuantiles(errors: readonly QuantileError[]): Judged {
  return { passed: errors.length > 0 && errors.every(isWithin), figures: errors.map(errorText).join('; ') };
}

function errorText({ q, truth_ms, measured_ms, allowed_ms }: QuantileError): string {
  const off = measured_ms - truth_ms;
  const by = `${off < 0 ? '−' : '+'}${msText(Math.abs(off))}, ${percent(Math.abs(off) / truth_ms)}`;
  return `p${100 * q} ${msText(measured_ms)} of ${msText(truth_ms)} (${by}; allowed ${msText(allowed_ms)})`;
}
