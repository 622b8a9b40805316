import { betterOf, type Metric } from '../metric.ts';
import type { Bottleneck } from '../results.ts';
import { type BlockValue, comparePair, type PairComparison } from '../stats/comparison.ts';

/** The values of one metric of a cell, as far as a comparison needs them. */
export interface SideValues {
  readonly values: readonly BlockValue[];
  /** Bucket width that the values were read with, in their unit. */
  readonly step: number;
  /** Why the cell has no value for this metric. */
  readonly reason: string | null;
  /** The value is a lower bound: failures stand at or above it, or a search ended before the limit was found. */
  readonly censored: boolean;
}

/** One metric of one cell: one side of a comparison. */
export interface Side {
  readonly invalid: boolean;
  /** It is invalid because none of its trials came to be measured: what was to run could not be built, started or reached. */
  readonly not_run?: boolean;
  readonly bottleneck: Bottleneck | null;
  /** So many requests failed that latency is that of another population. */
  readonly failures: boolean;
  readonly of: SideValues;
}

/** Why nothing may be said of a pair before any value is looked at; null when it may be tested. */
export function untestable(a: Side, b: Side, metric: Metric): string | null {
  const sides = [a, b];
  if (sides.some((side) => side.invalid)) return 'invalid-cell';
  if (metric === 'throughput_rps' && sides.every((side) => side.bottleneck === 'load-limited')) return 'load-limited';
  if (metric.startsWith('latency_') && sides.some((side) => side.failures)) return 'failures-change-population';
  const missing = sides.map((side) => side.of.reason).find((reason) => reason !== null) ?? null;
  if (missing !== null) return missing;
  return sides.every((side) => side.of.censored) ? boundReason(metric) : null;
}

/** Why a lower bound decides nothing. */
export function boundReason(metric: Metric): string {
  return metric === 'capacity_rps' ? 'least-capacity' : 'censored';
}

export type Tested = Extract<PairComparison, { ok: true }> & {
  /** One side is a lower bound: they differ by at least this. */
  readonly bound: boolean;
};

export interface SideOptions {
  readonly metric: Metric;
  /** Both sides ran in the same shuffled blocks. */
  readonly shuffled: boolean;
  readonly margin?: number;
}

/** S4 of two sides: a test's outcome, or why there is none. */
export function compareSides(a: Side, b: Side, { metric, shuffled, margin }: SideOptions): Tested | string {
  const reason = untestable(a, b, metric);
  if (reason !== null) return reason;
  const outcome = comparePair({
    a: a.of.values,
    b: b.of.values,
    better: betterOf(metric),
    shuffled,
    margin,
    step: Math.max(a.of.step, b.of.step),
  });
  if (!outcome.ok) return outcome.reason;
  // A lower bound of a latency can only show that its side is slower, never that it is faster or the same; one of a capacity, faster.
  const [ofA, ofB] = betterOf(metric) === 'lower' ? (['slower', 'faster'] as const) : (['faster', 'slower'] as const);
  if (a.of.censored && outcome.verdict !== ofA) return boundReason(metric);
  if (b.of.censored && outcome.verdict !== ofB) return boundReason(metric);
  return { ...outcome, bound: a.of.censored || b.of.censored };
}
