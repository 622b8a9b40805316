import { z } from 'zod';
import { MAX_REHEARSAL_S, REHEARSAL_S } from './limits.ts';

/** What the load engine is told: one document on its standard input. Internal, between runner or CLI and the engine's process. */

const thinkTime = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('constant'), s: z.number().min(0) }),
  z.strictObject({ kind: z.literal('uniform'), lo_s: z.number().min(0), hi_s: z.number().min(0) }),
  z.strictObject({ kind: z.literal('exponential'), mean_s: z.number().gt(0) }),
]);

export const plannedRequestSchema = z.strictObject({
  /** Shown in results, e.g. `GET /test`; requests of one name are counted together. */
  name: z.string(),
  method: z.string(),
  /** Origin form, from `/`. Path, header values and body are templates (`template-text.ts`). */
  path: z.string(),
  headers: z.record(z.string(), z.string()),
  body: z.string().nullable(),
  /** The body is JSON: a string of it that is one placeholder becomes the value itself; others are escaped. */
  body_is_json: z.boolean().optional(),
  /** Values of the JSON answer that later steps of the sequence use: name → `$.id`. */
  save: z.record(z.string(), z.string()).optional(),
  /** Success = one of these statuses, and on a sample this body (canonical JSON text) where one is given. */
  expect: z.strictObject({ statuses: z.array(z.int()).min(1), json: z.string().nullable() }),
});
export type PlannedRequest = z.output<typeof plannedRequestSchema>;

/** One thing that an iteration may be: a request, or a sequence of them on one connection. */
export const planItemSchema = z.strictObject({
  weight: z.number().gt(0),
  steps: z.array(plannedRequestSchema).min(1),
});
export type PlanItem = z.output<typeof planItemSchema>;

/** Every iteration is this one request. */
export function always(request: PlannedRequest): PlanItem[] {
  return [{ weight: 1, steps: [request] }];
}

/** `GET /`, as the servers of the project's own answer it; `json`: the body to expect, null where it does not matter. */
export function getRoot(json: string | null): PlannedRequest {
  return { name: 'GET /', method: 'GET', path: '/', headers: {}, body: null, expect: { statuses: [200], json } };
}

export const ARRIVALS = ['constant', 'poisson'] as const;
const rate = z.number().min(0);

/** Of an open model: `connections` are opened before the first arrival, more up to `max_connections` when none is free. */
const pool = {
  arrivals: z.enum(ARRIVALS),
  connections: z.int().min(1),
  max_connections: z.int().min(1),
};

/** The rate goes from one to the other in a straight line. */
export const stageSchema = z.strictObject({ from_rps: rate, to_rps: rate, for_s: z.number().gt(0) });
export type Stage = z.output<typeof stageSchema>;

/** A step passes when surely (Wilson, 95 %) at most 1 − q of its requests took longer or failed, and at most `error_rate` failed. */
export const capacityLimitSchema = z.strictObject({
  /** `p95` → 0.95. */
  quantile: z.number().gt(0).lt(1),
  latency_ms: z.number().gt(0),
  error_rate: z.number().min(0).max(1),
});
export type CapacityLimit = z.output<typeof capacityLimitSchema>;

export const loadModelSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('users'),
    users: z.int().min(1),
    think_time: thinkTime,
    ramp_users_per_s: z.number().gt(0),
  }),
  z.strictObject({ kind: z.literal('connections'), connections: z.int().min(1) }),
  z.strictObject({ kind: z.literal('rate'), rate_rps: z.number().gt(0), ...pool }),
  /** The window is as long as the stages together; the warm-up has the rate with which the first one begins. */
  z.strictObject({ kind: z.literal('stages'), stages: z.array(stageSchema).min(1), ...pool }),
  /** Searched from `start_rps` up; each step is a run of the model `rate` with a window of its own. */
  z.strictObject({ kind: z.literal('capacity'), limit: capacityLimitSchema, start_rps: z.number().gt(0), ...pool }),
]);
export type LoadModel = z.output<typeof loadModelSchema>;
export type ModelOf<K extends LoadModel['kind']> = Extract<LoadModel, { kind: K }>;

/** `socket`: the engine's own HTTP/1.1 client. `undici`: the reference, and the only one that speaks TLS. */
export const DRIVERS = ['socket', 'undici'] as const;
export type DriverName = (typeof DRIVERS)[number];

export const loadPlanSchema = z
  .strictObject({
    scheme: z.enum(['http', 'https']).default('http'),
    host: z.string(),
    port: z.int().min(1).max(65_535),
    driver: z.enum(DRIVERS).default('socket'),
    /** Do not check the certificate of an https server. */
    insecure: z.boolean().default(false),
    /** What an iteration is: one of these, drawn by weight. */
    workload: z.array(planItemSchema).min(1),
    model: loadModelSchema,
    threads: z.int().min(1).default(1),
    warmup_s: z.number().min(0),
    window_s: z.number().gt(0),
    timeout_s: z.number().gt(0),
    /** Requests that took longer are counted. */
    limit_ms: z.number().gt(0).optional(),
    seed: z.int().min(0),
    /** How long the engine runs against a server of its own, before the ramp, so that its code is compiled; in no figure. */
    rehearsal_s: z.number().min(0).max(MAX_REHEARSAL_S).default(REHEARSAL_S),
    /** `{{seq}}` of the first iteration: higher where others of the same server had the numbers before. */
    first_iteration: z.int().min(0).default(1),
  })
  .refine((plan) => plan.scheme === 'http' || plan.driver === 'undici', 'https needs the driver undici');
/** As it is written: what has a default may be left out. */
export type LoadPlan = z.input<typeof loadPlanSchema>;
/** As the engine reads it. */
export type ParsedPlan = z.output<typeof loadPlanSchema>;

/** Length of the window in seconds: of stages, all of them together. */
export function windowS(plan: Pick<LoadPlan, 'model' | 'window_s'>): number {
  return plan.model.kind === 'stages' ? plan.model.stages.reduce((sum, { for_s }) => sum + for_s, 0) : plan.window_s;
}
