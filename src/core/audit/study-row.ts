import { z } from 'zod';
import { printedQuantitySchema } from './printed-number.ts';

/** What a row of a study's table may hold. Names and units as in Benchwright's own results, except the error rate in %. */
export const STUDY_METRICS = [
  'throughput_rps',
  'latency_mean_ms',
  'latency_min_ms',
  'latency_p50_ms',
  'latency_p90_ms',
  'latency_p95_ms',
  'latency_p99_ms',
  'latency_max_ms',
  'error_rate_pct',
] as const;
export const studyMetricSchema = z.enum(STUDY_METRICS);
export type StudyMetric = z.output<typeof studyMetricSchema>;

/** Empty cells of a CSV file are numbers that were not printed. */
const emptyIsNull = (value: unknown): unknown => (value === '' ? null : value);
const printed = z.preprocess(emptyIsNull, printedQuantitySchema.nullable().default(null));
const WHOLE = /^[1-9]\d{0,8}$/;
const MOST = 1e9;

/** A positive whole number, also as the text that a CSV file gives. */
export const countSchema = z
  .union([z.int().min(1).max(MOST), z.string().regex(WHOLE)], { error: 'expected a whole number ≥ 1' })
  .transform(Number);
const count = z.preprocess(emptyIsNull, countSchema.nullable().default(null));

export const studyRowSchema = z.strictObject({
  deployment: z.string().min(1).max(100),
  workers: count,
  users: count,
  throughput_rps: printed,
  latency_mean_ms: printed,
  latency_min_ms: printed,
  latency_p50_ms: printed,
  latency_p90_ms: printed,
  latency_p95_ms: printed,
  latency_p99_ms: printed,
  latency_max_ms: printed,
  error_rate_pct: printed,
});
export type StudyRow = z.output<typeof studyRowSchema>;

/** Names one cell; `users` null: the mean over load levels. */
export const cellRefSchema = z.strictObject({
  deployment: z.string().min(1),
  workers: countSchema.nullable(),
  users: countSchema.nullable(),
});
export type CellRef = z.output<typeof cellRefSchema>;
