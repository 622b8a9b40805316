import { z } from 'zod';
import * as limits from '../limits.ts';
import { METRICS } from '../metric.ts';
import { slug } from '../spec-name.ts';

/** Which cells a threshold is about: those that match all that is given; nothing given: every cell. */
export const cellSelectorSchema = z
  .strictObject({
    deployment: slug.optional(),
    workers: z.int().min(1).max(limits.MAX_WORKERS).optional(),
    users: z.int().min(1).max(limits.MAX_USERS).optional(),
    connections: z.int().min(1).max(limits.MAX_CONNECTIONS).optional(),
    rate_rps: z.int().min(1).max(limits.MAX_RATE_RPS).optional(),
    workload: slug.optional(),
  })
  .meta({ id: 'CellSelector', description: 'The cells that match all of it.' });
export type CellSelector = z.output<typeof cellSelectorSchema>;

/** `latency_p95_ms < 800`: metric, comparison, number. Parsed by `expectation.ts`. */
const expectation = z
  .string()
  .max(100)
  .meta({ description: 'METRIC, one of < <= > >= ==, a number; e.g. `latency_p95_ms < 800`' });

/** What `base` of a regression says when the base is the pinned baseline of the experiment's series. */
export const SERIES_BASE = 'series';

export const regressionSchema = z
  .strictObject({
    metric: z.enum(METRICS),
    /** Relative, 0.03 = 3 %: the margin of S4. */
    worse_by: z.number().gt(0).max(10),
    /** A deployment's id; or `series`: the baseline that the experiment's series has pinned. */
    base: slug,
    /** A deployment's id. */
    head: slug,
  })
  .meta({ id: 'Regression' });

/** One entry of `thresholds`: exactly one of `expect` and `regression`. */
export const thresholdSchema = z
  .strictObject({
    /** What it is called in answers; default: `T1`, `T2` … by its place. */
    id: slug.optional(),
    cells: cellSelectorSchema.default({}),
    expect: z.array(expectation).min(1).max(16).optional(),
    regression: regressionSchema.optional(),
  })
  .meta({ id: 'Threshold', description: 'Decides `verdict`: exactly one of `expect` and `regression`.' });
export type Threshold = z.output<typeof thresholdSchema>;

/** Of one spec; a gate of more is not read by anyone. */
export const MAX_THRESHOLDS = 32;

/** Expectations and regressions times their cells, of one spec: each is an entry of the results, some 300 bytes. */
export const MAX_CHECKS = 2_000;
