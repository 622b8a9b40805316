import { z } from 'zod';

/** What the load engine is told: one document on its standard input. Internal, between runner or CLI and the engine's process. */

const thinkTime = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('constant'), s: z.number().min(0) }),
  z.strictObject({ kind: z.literal('uniform'), lo_s: z.number().min(0), hi_s: z.number().min(0) }),
  z.strictObject({ kind: z.literal('exponential'), mean_s: z.number().gt(0) }),
]);

export const plannedRequestSchema = z.strictObject({
  /** Shown in results, e.g. `GET /test`. */
  name: z.string(),
  method: z.string(),
  /** Origin form, from `/`. */
  path: z.string(),
  headers: z.record(z.string(), z.string()),
  body: z.string().nullable(),
  /** Success = one of these statuses, and on a sample this body (canonical JSON text) where one is given. */
  expect: z.strictObject({ statuses: z.array(z.int()).min(1), json: z.string().nullable() }),
});
export type PlannedRequest = z.output<typeof plannedRequestSchema>;

/** `GET /`, as the servers of the project's own answer it; `json`: the body to expect, null where it does not matter. */
export function getRoot(json: string | null): PlannedRequest {
  return { name: 'GET /', method: 'GET', path: '/', headers: {}, body: null, expect: { statuses: [200], json } };
}

export const loadModelSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('users'),
    users: z.int().min(1),
    think_time: thinkTime,
    ramp_users_per_s: z.number().gt(0),
  }),
  z.strictObject({ kind: z.literal('connections'), connections: z.int().min(1) }),
]);
export type LoadModel = z.output<typeof loadModelSchema>;

export const loadPlanSchema = z.strictObject({
  host: z.string(),
  port: z.int().min(1).max(65_535),
  request: plannedRequestSchema,
  model: loadModelSchema,
  warmup_s: z.number().min(0),
  window_s: z.number().gt(0),
  timeout_s: z.number().gt(0),
  seed: z.int().min(0),
});
export type LoadPlan = z.output<typeof loadPlanSchema>;
