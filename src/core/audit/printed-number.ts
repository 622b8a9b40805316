import { z } from 'zod';

/** A number as a study printed it: how many decimals it was given with says how far the true value may lie from it. */
export interface PrintedNumber {
  readonly value: number;
  readonly decimals: number;
}

/** Every value that would have been printed so. */
export interface Range {
  readonly lo: number;
  readonly hi: number;
}

const AS_PRINTED = /^[+-]?\d{1,12}(?:\.\d{1,12})?$/;

/** Of a number that prints in exponential form: taken as exact to the digits that rounding could touch. */
const MOST_DECIMALS = 12;

/** A string keeps the zeros at its end, "12.70"; a number has lost them. */
export const printedNumberSchema = z
  .union([z.number(), z.string().regex(AS_PRINTED)], {
    error: 'expected a number, or a string with the number as printed ("12.70")',
  })
  .transform((given): PrintedNumber => {
    const text = typeof given === 'string' ? given : String(given);
    const decimals = AS_PRINTED.test(text) ? (text.split('.')[1] ?? '').length : MOST_DECIMALS;
    return { value: Number(given), decimals };
  });

/** A printed quantity that cannot be below zero. */
export const printedQuantitySchema = printedNumberSchema.refine((printed) => printed.value >= 0, {
  error: 'expected a number ≥ 0',
});

/** ± half a unit of the last decimal. */
export function rangeOf(printed: PrintedNumber): Range {
  const half = 0.5 * 10 ** -printed.decimals;
  return { lo: printed.value - half, hi: printed.value + half };
}

/**
 * As `rangeOf`, but the zeros at the end of a whole number may be rounding too (load tools print 7,200 for a percentile of
 * 7,163): ± half of the last digit that is not zero.
 */
export function coarseRangeOf(printed: PrintedNumber): Range {
  if (printed.decimals > 0 || printed.value === 0) return rangeOf(printed);
  let unit = 1;
  while (printed.value % (unit * 10) === 0) unit *= 10;
  return { lo: printed.value - unit / 2, hi: printed.value + unit / 2 };
}

/** Do two ranges share a value? Slack for binary fractions only: 19.625 is not exactly 19.62 + 0.005. */
export function overlap(a: Range, b: Range): boolean {
  const slack = 1e-9 * Math.max(1, Math.abs(a.hi), Math.abs(b.hi));
  return a.lo <= b.hi + slack && b.lo <= a.hi + slack;
}
