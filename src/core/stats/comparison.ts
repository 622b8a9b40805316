import { ALPHA, mean, standardDeviation } from './arithmetic.ts';
import { judgedEffect, type JudgedEffect, type LogEffect } from './effect.ts';
import { allFinite } from './log-moments.ts';
import { welchEffect } from './welch.ts';

/** One repetition's value of a metric, with the block that it ran in. */
export interface BlockValue {
  readonly block: number;
  readonly value: number;
}

export interface ComparisonInput {
  readonly a: readonly BlockValue[];
  readonly b: readonly BlockValue[];
  /** Which values are better: throughput higher; latency, errors, CPU and memory lower. */
  readonly better: 'higher' | 'lower';
  /** Were the cells of each block run in shuffled order? Without it blocks do not pair. */
  readonly shuffled: boolean;
  /** The smallest relative difference that matters, 0.03 = 3 %. */
  readonly margin?: number;
  readonly alpha?: number;
  /** Width of the histogram bucket the values were read from, in their unit. */
  readonly step?: number;
}

export type PairComparison =
  | ({ readonly ok: true; readonly method: 'paired' | 'welch' } & JudgedEffect)
  | { readonly ok: false; readonly reason: 'too-few' | 'nonpositive' | 'not-finite' | 'no-spread' };

export const DEFAULT_MARGIN = 0.03;

/** Under three pairs a t of their differences has one degree of freedom or none: its interval says nothing. */
export const MIN_COMPLETE_BLOCKS = 3;

/**
 * S4: A against B from one value per repetition.
 *
 * Paired when the blocks were shuffled and at least three hold both sides: a one-sample t on the per-block ln ratios.
 * Else Welch on ln (`welch.ts`). The method follows from design and completeness alone, never from the values.
 */
export function comparePair(input: ComparisonInput): PairComparison {
  const { margin = DEFAULT_MARGIN, alpha = ALPHA, step = 0 } = input;
  const values = valuesOf([...input.a, ...input.b]);
  if (!allFinite(values)) return { ok: false, reason: 'not-finite' };
  if (values.some((x) => x <= 0)) return { ok: false, reason: 'nonpositive' };
  const pairs = input.shuffled ? completePairs(input.a, input.b) : [];
  const paired = pairs.length >= MIN_COMPLETE_BLOCKS;
  const raw = paired ? pairedEffect(pairs, step) : welchEffect(valuesOf(input.a), valuesOf(input.b), step);
  if (raw === 'too-few') return { ok: false, reason: raw };
  const judged = judgedEffect(raw, { better: input.better, margin, alpha });
  return judged === 'no-spread'
    ? { ok: false, reason: judged }
    : { ok: true, method: paired ? 'paired' : 'welch', ...judged };
}

function valuesOf(side: readonly BlockValue[]): number[] {
  return side.map(({ value }) => value);
}

function completePairs(a: readonly BlockValue[], b: readonly BlockValue[]): readonly (readonly [number, number])[] {
  const ofB = new Map(b.map((x) => [x.block, x.value]));
  return a.flatMap(({ block, value }) => {
    const other = ofB.get(block);
    return other === undefined ? [] : [[value, other] as const];
  });
}

function pairedEffect(pairs: readonly (readonly [number, number])[], step: number): LogEffect | 'too-few' {
  const ratios = pairs.map(([a, b]) => Math.log(a) - Math.log(b));
  const d = mean(ratios);
  const sd = standardDeviation(ratios);
  if (d === null || sd === null) return 'too-few';
  // Both sides of a difference were read to one step: two independent uniform errors, each step/√12 of its value.
  const floorA = relativeFloor(
    pairs.map(([a]) => a),
    step,
  );
  const floorB = relativeFloor(
    pairs.map(([, b]) => b),
    step,
  );
  return { d, se: Math.max(sd, Math.hypot(floorA, floorB)) / Math.sqrt(pairs.length), df: pairs.length - 1 };
}

function relativeFloor(values: readonly number[], step: number): number {
  return step / Math.sqrt(12) / Math.exp(mean(values.map((x) => Math.log(x))) ?? 0);
}
