import { mean, variance } from './arithmetic.ts';
import { allFinite } from './log-moments.ts';
import { tUpperTail } from './student-t.ts';

/** S10: of a shorter history any split leaves too little on one side. */
export const MIN_HISTORY = 8;
/** A history is looked at after each of its experiments, so a change must be rarer by chance than 1 in 20. */
export const CHANGE_ALPHA = 0.001;
/** One point has no spread of its own, so no distance within. */
const MIN_SEGMENT = 2;
/** Means that differ by this share of the values or less differ by rounding. */
const ROUNDING = 1e-12;

export interface ChangePoint {
  /** Of the first value after the change, from 0. */
  readonly index: number;
  /** Two-sided p of the t-test at the split that found it. */
  readonly p: number;
  /** Arithmetic mean of the values between the change before (or the start) and this one. */
  readonly before: number;
  /** The same from this one to the next (or the end). */
  readonly after: number;
}

export type ChangePoints =
  | { readonly ok: true; readonly points: readonly ChangePoint[] }
  | { readonly ok: false; readonly reason: 'too-few' | 'not-finite' };

/**
 * S10: where a history changes its level, in the order of the history.
 *
 * E-divisive: of a segment the split with the largest divergence
 * Q = nm/(n + m) · (2·mean|x − y| − mean|x − x'| − mean|y − y'|) between its two parts; where a t-test of the parts
 * (pooled variance, n − 1) has p < 0.001 it is a change, and both parts are searched in turn. A short deviation that goes
 * back inside a long segment may hide behind the segment's spread. Where a change is a factor, give logarithms.
 * Source: Matteson & James, JASA 109(505), 2014; a t-test in place of the permutation test: Fleming et al.,
 * Hunter, ICPE 2023.
 */
export function changePoints(values: readonly number[]): ChangePoints {
  if (!allFinite(values)) return { ok: false, reason: 'not-finite' };
  if (values.length < MIN_HISTORY) return { ok: false, reason: 'too-few' };
  const splits = splitsWithin(values, 0);
  const bounds = [0, ...splits.map(({ index }) => index), values.length];
  const levels = bounds.slice(1).map((end, i) => mean(values.slice(bounds[i], end)) ?? 0);
  return {
    ok: true,
    points: splits.map(({ index, p }, i) => ({ index, p, before: levels[i] ?? 0, after: levels[i + 1] ?? 0 })),
  };
}

type Split = Pick<ChangePoint, 'index' | 'p'>;

/** The changes in a segment that begins at `offset` of the history, ascending. */
function splitsWithin(segment: readonly number[], offset: number): Split[] {
  const at = mostDivergent(segment);
  if (at === null) return [];
  const [left, right] = [segment.slice(0, at), segment.slice(at)];
  const p = differenceP(left, right);
  if (p >= CHANGE_ALPHA) return [];
  const index = offset + at;
  return [...splitsWithin(left, offset), { index, p }, ...splitsWithin(right, index)];
}

/** The length of the left part of the split with the largest divergence, the first of equal ones; null: too short to split. */
function mostDivergent(segment: readonly number[]): number | null {
  const total = distances(segment, segment) / 2;
  let [within, beyond] = [0, total];
  let best: { readonly at: number; readonly q: number } | null = null;
  for (const [i, x] of segment.entries()) {
    const [n, m] = [i + 1, segment.length - i - 1];
    within += distances([x], segment.slice(0, i));
    beyond -= distances([x], segment.slice(n));
    if (n < MIN_SEGMENT || m < MIN_SEGMENT) continue;
    const across = (2 * (total - within - beyond)) / (n * m);
    const q = ((n * m) / (n + m)) * (across - within / pairs(n) - beyond / pairs(m));
    if (best === null || q > best.q) best = { at: n, q };
  }
  return best?.at ?? null;
}

function pairs(n: number): number {
  return (n * (n - 1)) / 2;
}

/** Σ|x − y| over all pairs of the two lists. */
function distances(xs: readonly number[], ys: readonly number[]): number {
  return xs.reduce((sum, x) => sum + ys.reduce((inner, y) => inner + Math.abs(x - y), 0), 0);
}

/** Student's t-test with pooled variance, two-sided. Both sides hold two values or more. */
function differenceP(left: readonly number[], right: readonly number[]): number {
  const [n, m] = [left.length, right.length];
  const difference = Math.abs((mean(left) ?? 0) - (mean(right) ?? 0));
  const size = Math.max(...left.map(Math.abs), ...right.map(Math.abs));
  if (difference <= ROUNDING * size) return 1;
  const pooled = ((n - 1) * (variance(left) ?? 0) + (m - 1) * (variance(right) ?? 0)) / (n + m - 2);
  if (pooled === 0) return 0;
  return 2 * tUpperTail(difference / Math.sqrt(pooled * (1 / n + 1 / m)), n + m - 2);
}
