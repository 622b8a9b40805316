import { z } from 'zod';
import { cellLoadSchema } from './cell-load.ts';
import { findingSchema } from './finding.ts';
import { GATE_VERDICTS, thresholdResultSchema } from './gate/verdict.ts';
import { hostConditionsSchema, hostFingerprintSchema } from './host.ts';
import { END_REASONS, EXPERIMENT_STATES } from './job.ts';
import { METRICS } from './metric.ts';
import { targetOfferSchema } from './offer.ts';
import { TRIAL_STEPS, FAILURE_REASONS, versionsSchema } from './trial-result.ts';

/** `results.json`: everything derived that JSON, CSV, page and terminal show. Computed by `summary/`, never edited. */

const nullable = z.number().nullable();

/** A metric of a cell: geometric mean over its usable trials with its 95 % interval (S1); sd and cv are arithmetic. */
export const metricValueSchema = z
  .object({
    value: nullable,
    lo: nullable,
    hi: nullable,
    sd: nullable,
    cv: nullable,
    n: z.int(),
    /** Why value or interval is null, e.g. too-few, withheld, hidden-few-samples, load-limited. */
    reason: z.string().nullable(),
  })
  .meta({ id: 'MetricValue' });
export type MetricValue = z.output<typeof metricValueSchema>;

/** Of a metric that the release which made the results did not know. */
export const NOT_MEASURED: MetricValue = {
  value: null,
  lo: null,
  hi: null,
  sd: null,
  cv: null,
  n: 0,
  reason: 'not-measured',
};

export const BOTTLENECKS = ['generator-bound', 'load-limited', 'server-bound', 'pool-bound', 'mixed'] as const;
export type Bottleneck = (typeof BOTTLENECKS)[number];

/**
 * Those with the most requests; the view `requests` has all. More than a list of single requests can have (`MAX_ITEMS`), and still
 * 50 KB of a cell.
 */
export const MAX_REQUESTS_OF_CELL = 64;

export const cellRequestSchema = z
  .object({
    name: z.string(),
    /** Of the windows of the usable trials together, and its share of those of all names, 0–1; null: there were none. */
    requests: z.int(),
    share: nullable,
    /** As of a cell: pooled, and geometric means over the usable trials. */
    error_rate: metricValueSchema,
    latency_mean_ms: metricValueSchema,
    latency_p50_ms: metricValueSchema,
    latency_p95_ms: metricValueSchema,
    /** As of a cell. */
    censored: z.array(z.string()),
  })
  .meta({ id: 'CellRequest', description: 'One request name of a cell whose workload has several.' });
export type CellRequest = z.output<typeof cellRequestSchema>;

export const cellResultSchema = z
  .object({
    cell: z.string(),
    deployment: z.string(),
    target: z.string(),
    server: z.string(),
    interface: z.string().nullable(),
    workers: z.int(),
    load: cellLoadSchema,
    workload: z.string(),
    /** Usable trials. */
    n: z.int(),
    throughput_rps: metricValueSchema,
    latency_mean_ms: metricValueSchema,
    latency_p50_ms: metricValueSchema,
    latency_p90_ms: metricValueSchema,
    latency_p95_ms: metricValueSchema,
    latency_p99_ms: metricValueSchema,
    latency_max_ms: metricValueSchema,
    error_rate: metricValueSchema,
    server_cpu_ms_per_request: metricValueSchema,
    server_rss_peak_mb: metricValueSchema,
    /**
     * Percentiles of which some trial's value is a lower bound (a failure stands at or above it), and `capacity` where a search ended
     * before its limit was found: printed with ≥.
     */
    censored: z.array(z.string()),
    bottleneck: z.enum(BOTTLENECKS).nullable(),
    /** Null: no trial of it has been run yet. */
    validity: z.enum(['valid', 'suspect', 'invalid']).nullable(),
    findings: z.array(findingSchema),
    trials: z.array(z.string()),
    /** Of a capacity cell: the highest rate that met its limit; its other values are those of that step of the search. */
    capacity_rps: metricValueSchema.default(NOT_MEASURED),
    /** In the order of the workload. Absent: it has one request, or no trial is usable. */
    by_request: z.array(cellRequestSchema).max(MAX_REQUESTS_OF_CELL).optional(),
  })
  .meta({ id: 'CellResult' });
export type CellResult = z.output<typeof cellResultSchema>;

/** One run of one cell in one block, in short: the row of Table A1 and of the `trials` view. */
export const trialRowSchema = z
  .object({
    id: z.string(),
    cell: z.string(),
    deployment: z.string(),
    workers: z.int(),
    users: z.int().nullable(),
    connections: z.int().nullable(),
    block: z.int(),
    run: z.int(),
    /** Place in the whole order of the experiment, from 1. */
    position: z.int(),
    state: z.enum(['ok', 'error', 'skipped']),
    step: z.enum(TRIAL_STEPS).nullable(),
    reason: z.enum(FAILURE_REASONS).nullable(),
    says: z.string().nullable(),
    usable: z.boolean(),
    started_at: z.string().nullable(),
    requests: z.int().nullable(),
    ok: z.int().nullable(),
    failed: z.int().nullable(),
    throughput_rps: nullable,
    answered_rps: nullable,
    latency_mean_ms: nullable,
    latency_p50_ms: nullable,
    latency_p90_ms: nullable,
    latency_p95_ms: nullable,
    latency_p99_ms: nullable,
    latency_max_ms: nullable,
    service_p50_ms: nullable,
    error_rate: nullable,
    server_cpu_ms_per_request: nullable,
    server_rss_peak_mb: nullable,
    generator_busy: nullable,
    sched_lag_p99_ms: nullable,
    void: z.boolean().nullable(),
    bottleneck: z.enum(BOTTLENECKS).nullable(),
    ready_ms: nullable,
    /** Of an open cell of one rate. */
    rate_rps: nullable.default(null),
    capacity_rps: nullable.default(null),
  })
  .meta({ id: 'TrialRow' });
export type TrialRow = z.output<typeof trialRowSchema>;

export const VERDICTS = ['faster', 'slower', 'equivalent', 'inconclusive', 'not-testable'] as const;

/** Deployment a against b at equal workers, load and workload. Ratios are turned so that > 1 means a is better. */
export const comparisonSchema = z
  .object({
    metric: z.enum(METRICS),
    a: z.string(),
    b: z.string(),
    cell_a: z.string(),
    cell_b: z.string(),
    workers: z.int(),
    users: z.int().nullable(),
    connections: z.int().nullable(),
    workload: z.string(),
    ratio: nullable,
    lo: nullable,
    hi: nullable,
    method: z.enum(['paired', 'welch']).nullable(),
    margin: z.number(),
    verdict: z.enum(VERDICTS),
    /** One-sided p of "differs by more than the margin, in the direction seen", after Holm within the pairs of this metric. */
    p_holm: nullable,
    /** Smallest ratio that would have been seen, with inconclusive ones. */
    mde: nullable,
    /** Of open cells of one rate. */
    rate_rps: nullable.default(null),
    /** One of the two values is a lower bound (`censored` of its cell): they differ by at least what the ratio says. */
    bound: z.boolean().default(false),
    /** Why it is not testable; `holm`: the interval shows a difference, which does not survive the correction. */
    reason: z.string().nullable(),
  })
  .meta({ id: 'Comparison' });
export type Comparison = z.output<typeof comparisonSchema>;

export const baselineSchema = z
  .object({
    experiment_id: z.string(),
    ended_at: z.string().nullable(),
    /** Its `labels.commit`. */
    commit: z.string().nullable(),
    host_digest: z.string().nullable(),
    /** Measurement sessions of the series that were known, on this host. */
    sessions: z.int(),
  })
  .meta({ id: 'GateBaseline', description: 'The experiment that a series has pinned.' });
export type Baseline = z.output<typeof baselineSchema>;

export const resultsSchema = z
  .object({
    schema_version: z.literal(1),
    experiment: z.object({
      id: z.string(),
      name: z.string(),
      labels: z.record(z.string(), z.string()),
      status: z.enum(EXPERIMENT_STATES),
      reason: z.enum(END_REASONS).nullable(),
      created_at: z.string(),
      started_at: z.string().nullable(),
      ended_at: z.string().nullable(),
      spec: z.record(z.string(), z.unknown()),
      trials_planned: z.int(),
      trials_done: z.int(),
    }),
    host: z
      .object({ fingerprint: hostFingerprintSchema, digest: z.string(), conditions: hostConditionsSchema.nullable() })
      .nullable(),
    schedule: z.array(z.object({ block: z.int(), cells: z.array(z.string()) })),
    /** The targets as their manifests described them when they ran; exact versions and command per deployment and worker count. */
    targets: z.array(targetOfferSchema),
    software: z.array(
      z.object({
        deployment: z.string(),
        workers: z.int(),
        interface: z.string().nullable(),
        argv: z.array(z.string()),
        versions: versionsSchema.nullable(),
      }),
    ),
    cells: z.array(cellResultSchema),
    trials: z.array(trialRowSchema),
    comparisons: z.array(comparisonSchema),
    /** The spec's thresholds with what became of them, and the verdict of them all. */
    thresholds: z.array(thresholdResultSchema),
    verdict: z.enum(GATE_VERDICTS),
    /** What `base: series` was compared with; null: no threshold asks for it, or none was pinned. */
    baseline: baselineSchema.nullable(),
    /** The answer in plain words, made from the verdicts: one sentence an entry. */
    answer: z.array(z.string()),
    partial: z.boolean(),
  })
  .meta({ id: 'Results' });
export type Results = z.output<typeof resultsSchema>;
