import { z } from 'zod';
import { printedNumberSchema } from './printed-number.ts';
import { cellRefSchema, countSchema, studyMetricSchema } from './study-row.ts';

/** Sentences of a study that its own rows can be held against. `quote` is what it says, `at` where. */
const said = { quote: z.string().min(1).max(400), at: z.string().min(1).max(80) };
const deployment = z.string().min(1);

/** "falls by 70 %": the change of a metric from one cell to another, in per cent (−70). */
export const changeClaim = z.strictObject({
  kind: z.literal('change'),
  ...said,
  metric: studyMetricSchema,
  from: cellRefSchema,
  to: cellRefSchema,
  printed_pct: printedNumberSchema,
});

/** "exceeds by 60–95 %", "doubles": one deployment against others in every pair of rows at equal workers and users. */
export const everyPairClaim = z.strictObject({
  kind: z.literal('every_pair'),
  ...said,
  metric: studyMetricSchema,
  of: deployment,
  against: z.array(deployment).min(1),
  /** Only these worker counts and users; left out: all. */
  workers: z.array(countSchema).min(1).optional(),
  users: z.array(countSchema).min(1).optional(),
  /** Turned so that above 1 says `of` is better. */
  ratio_at_least: z.number().gt(0),
  ratio_at_most: z.number().gt(0).optional(),
});

/** "better than", "over nine times": one cell against another. */
export const orderClaim = z.strictObject({
  kind: z.literal('order'),
  ...said,
  metric: studyMetricSchema,
  better: cellRefSchema,
  worse: cellRefSchema,
  ratio_at_least: z.number().gt(0).default(1),
});

/** "over 30 requests/s, no errors": a value against a limit. */
export const thresholdClaim = z.strictObject({
  kind: z.literal('threshold'),
  ...said,
  metric: studyMetricSchema,
  cell: cellRefSchema,
  op: z.enum(['<', '>', '==']),
  value: z.number(),
});

/** "the worker is saturated": held against the mean latency of the same deployment at a low load, the probe. */
export const saturatedClaim = z.strictObject({
  kind: z.literal('saturated'),
  ...said,
  cell: cellRefSchema,
  probe: cellRefSchema,
});

/** "a standard deviation below its mean". */
export const sdBelowMeanClaim = z.strictObject({
  kind: z.literal('sd_below_mean'),
  ...said,
  table: z.string().min(1),
  deployment,
});

export const claimSchema = z.discriminatedUnion('kind', [
  changeClaim,
  everyPairClaim,
  orderClaim,
  thresholdClaim,
  saturatedClaim,
  sdBelowMeanClaim,
]);
export type Claim = z.output<typeof claimSchema>;
export type ClaimOf<K extends Claim['kind']> = Extract<Claim, { kind: K }>;
