import { ALPHA } from './arithmetic.ts';
import { normalQuantile } from './normal.ts';
import { tQuantile } from './student-t.ts';
import { wilsonInterval } from './wilson.ts';

/** Requests of one repetition. */
export interface FailureCount {
  readonly failed: number;
  readonly total: number;
}

export type ErrorRate =
  | {
      readonly ok: true;
      /** Σ failed / Σ total, between 0 and 1. */
      readonly value: number;
      readonly lo: number;
      readonly hi: number;
      readonly failed: number;
      readonly total: number;
      /** How much more the repetitions differ than independent failures would; 1: not more. */
      readonly overdispersion: number;
      /** Repetitions that sent anything. */
      readonly n: number;
    }
  | { readonly ok: false; readonly reason: 'no-requests' | 'not-a-count' };

/**
 * S7: the error rate over repetitions with its interval.
 *
 * Wilson on the sums. Failures come in bursts, so with R ≥ 2 repetitions φ = max(1, Σ(k_i − n_i·p)²/(n_i·p(1 − p))/(R − 1))
 * measures how far they are from independent; where φ > 1: Wilson with k/φ, n/φ and t(R − 1) in place of z.
 * Source: Wilson 1927; φ: Pearson's statistic as in McCullagh & Nelder, Generalized Linear Models, section 4.5.
 */
export function errorRate(repetitions: readonly FailureCount[], alpha: number = ALPHA): ErrorRate {
  if (repetitions.some(({ failed, total }) => !(failed >= 0 && failed <= total && Number.isFinite(total))))
    return { ok: false, reason: 'not-a-count' };
  const counts = repetitions.filter(({ total }) => total > 0);
  const failed = counts.reduce((sum, c) => sum + c.failed, 0);
  const total = counts.reduce((sum, c) => sum + c.total, 0);
  if (total === 0) return { ok: false, reason: 'no-requests' };
  const overdispersion = dispersion(counts, failed / total);
  const z = overdispersion > 1 ? tQuantile(1 - alpha / 2, counts.length - 1) : normalQuantile(1 - alpha / 2);
  const { lo, hi } = wilsonInterval(failed / overdispersion, total / overdispersion, z);
  return { ok: true, value: failed / total, lo, hi, failed, total, overdispersion, n: counts.length };
}

function dispersion(counts: readonly FailureCount[], p: number): number {
  if (counts.length < 2 || p === 0 || p === 1) return 1;
  const pearson = counts.reduce((sum, { failed, total }) => sum + (failed - total * p) ** 2 / (total * p * (1 - p)), 0);
  return Math.max(1, pearson / (counts.length - 1));
}
