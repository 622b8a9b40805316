import { z } from 'zod';
import { boundedRecord, unionBy } from './bounded-parse.ts';
import { MAX_THRESHOLDS, cellSelectorSchema, regressionSchema, thresholdSchema } from './gate/threshold.ts';
import * as limits from './limits.ts';
import { itemKeys, requestListSchema, stepSchema } from './request-list.ts';
import { loadFamilySchema, loadKeysAt } from './spec-load-schema.ts';
import { slug } from './spec-name.ts';
import type { KeysAt } from './spec-problems.ts';
import { CUSTOM_WORKLOAD } from './workload-name.ts';

/** The shapes of a spec's keys, one schema per key. Parsing them together, with all problems at once, is `spec-parse.ts`. */

/** A commit, or a branch that the target's manifest allows; what git itself takes for a name is checked by the runner. */
const gitRef = z
  .string()
  .max(200)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._/-]*$/, 'a commit of 40 hex digits, or a branch')
  .meta({ description: 'Of a target from git: a commit, or a branch that its manifest allows.' });

export const deploymentSchema = z
  .strictObject({ id: slug, target: slug, server: slug, interface: slug.optional(), ref: gitRef.optional() })
  .meta({
    description: 'What is measured: a target under a server, by an interface (default: the first the server lists).',
  });

/** Cells of a spec that lists its requests have this word where others have the name. */
const namedWorkload = slug.refine(
  (name) => name !== CUSTOM_WORKLOAD,
  `expected a workload of the contract, or a list of requests (its cells are called ${CUSTOM_WORKLOAD})`,
);

const labelKey = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/, 'a label key of 1 to 63 letters, digits, _ . -');
/** Names and labels are printed in terminals, where control characters would act. */
const lineOfText = z
  .string()
  .max(limits.MAX_LINE)
  .regex(/^\P{Cc}*$/u, 'one line without control characters');
const labels = boundedRecord(labelKey, lineOfText, limits.MAX_LABELS);

const requiresSchema = z.strictObject({ runner_labels: labels.default({}) });

/** Each key of a spec: its shape, and its default where it has one (`undefined`: required, unless listed optional). */
export const SPEC_KEYS = {
  name: lineOfText.min(1),
  /** Experiments of one series have a history and a baseline. */
  series: slug.optional(),
  labels: labels.default({}),
  deployments: z.array(deploymentSchema).min(1).max(limits.MAX_DEPLOYMENTS),
  workers: z.array(z.int().min(1).max(limits.MAX_WORKERS)).min(1).max(limits.MAX_LEVELS).default([1]),
  /** Of the contract, by name; or the requests themselves. */
  workload: unionBy([namedWorkload, requestListSchema], (value) =>
    Array.isArray(value) ? requestListSchema : namedWorkload,
  ).default('test'),
  load: z.array(loadFamilySchema).min(1).max(limits.MAX_FAMILIES),
  repetitions: z.int().min(1).max(limits.MAX_REPETITIONS).default(5),
  warmup_s: z.number().min(0).max(600).default(10),
  window_s: z.number().min(1).max(3600).default(60),
  timeout_s: z.number().gt(0).max(600).default(10),
  seed: z.int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
  fail_fast: z.boolean().default(false),
  thresholds: z.array(thresholdSchema).max(MAX_THRESHOLDS).default([]),
  requires: requiresSchema.default({ runner_labels: {} }),
  missing_targets: z.enum(['error', 'skip']).default('error'),
  timeout_minutes: z.number().gt(0).max(limits.MAX_TIMEOUT_MINUTES).default(240),
  queue_timeout_minutes: z.number().gt(0).max(limits.MAX_QUEUE_TIMEOUT_MINUTES).default(1440),
} as const;

/** The spec as one schema: for OpenAPI and for the type. `parseSpec` is what parses. */
export const specInputSchema = z.strictObject(SPEC_KEYS).meta({ id: 'Spec', description: 'A declarative experiment.' });
export type SpecInput = z.output<typeof specInputSchema>;

/** The keys that an object inside a spec may have, by its path and as it came. */
export function knownKeysAt(path: readonly PropertyKey[], value: unknown): KeysAt {
  const [key, , inner] = path;
  if (key === 'deployments') return Object.keys(deploymentSchema.shape);
  if (key === 'thresholds') {
    if (inner === 'cells') return Object.keys(cellSelectorSchema.shape);
    return Object.keys((inner === 'regression' ? regressionSchema : thresholdSchema).shape);
  }
  if (key === 'requires') return Object.keys(requiresSchema.shape);
  if (key === 'load') return loadKeysAt(path.slice(1), value);
  if (key === 'workload') return inner === 'sequence' ? Object.keys(stepSchema.shape) : itemKeys(value);
  return [];
}
