import { z } from 'zod';
import { unionBy } from './bounded-parse.ts';
import { WHY_SOME_ERRORS } from './capacity-limit.ts';
import * as limits from './limits.ts';
import { ARRIVALS } from './load-plan.ts';
import { listText } from './number-text.ts';
import { slug } from './spec-name.ts';
import type { KeysAt } from './spec-problems.ts';

/** The shapes of a spec's load families, one for each model. What holds between their keys is `spec-load-rules.ts`. */

export const thinkTimeSchema = z
  .strictObject({
    constant: z.number().min(0).max(3600).optional(),
    uniform: z.tuple([z.number().min(0).max(3600), z.number().min(0).max(3600)]).optional(),
    exponential: z.number().gt(0).max(3600).optional(),
  })
  .meta({ description: 'Exactly one of constant (s), uniform [lowest, highest] (s), exponential (mean, s).' });

export const closedFamilySchema = z
  .strictObject({
    id: slug.optional(),
    model: z.literal('closed'),
    users: z.array(z.int().min(1).max(limits.MAX_USERS)).min(1).max(limits.MAX_LEVELS).optional(),
    think_time_s: thinkTimeSchema.optional(),
    ramp_users_per_s: z.number().gt(0).max(limits.MAX_USERS).optional(),
    connections: z.array(z.int().min(1).max(limits.MAX_CONNECTIONS)).min(1).max(limits.MAX_LEVELS).optional(),
  })
  .meta({
    description:
      'closed with users: think time between requests. closed with connections: no think time, so capacity. Exactly one of users, connections.',
  });

const poolSize = z.int().min(1).max(limits.MAX_CONNECTIONS);

/** Of models whose requests do not wait for answers. */
const arrivalKeys = {
  arrivals: z.enum(ARRIVALS).default('poisson').meta({ description: 'constant: evenly spaced. poisson: by chance.' }),
  connections: poolSize.optional().meta({
    description: `Opened before the first arrival; default ${limits.DEFAULT_POOL_CONNECTIONS}, or max_connections where that is less.`,
  }),
  max_connections: poolSize
    .default(limits.DEFAULT_MAX_CONNECTIONS)
    .meta({ description: 'An arrival that finds none free opens one more, up to this many.' }),
};

const rate = z.number().min(0).max(limits.MAX_RATE_RPS);
const ramp = z.tuple([rate, rate]);

export const stageSchema = z
  .strictObject({
    rate_rps: unionBy([rate, ramp], (value) => (Array.isArray(value) ? ramp : rate)),
    for_s: z.number().gt(0).max(limits.MAX_STAGES_S),
  })
  .meta({ description: 'A rate, or a pair [from, to]: a straight ramp; and how long (s).' });

export const openFamilySchema = z
  .strictObject({
    id: slug.optional(),
    model: z.literal('open'),
    // Whole: a level is part of a cell's name, which needs no escaping in a URL.
    rate_rps: z.array(z.int().min(1).max(limits.MAX_RATE_RPS)).min(1).max(limits.MAX_LEVELS).optional(),
    stages: z.array(stageSchema).min(1).max(limits.MAX_STAGES).optional(),
    ...arrivalKeys,
  })
  .meta({
    description:
      'Arrivals by a schedule that does not wait for answers. Exactly one of rate_rps (a level each) and stages (one after the other: together they are the window).',
  });

/** By the name in the spec: which share of requests must be faster. */
export const LIMIT_QUANTILES = {
  latency_p50_ms: 0.5,
  latency_p90_ms: 0.9,
  latency_p95_ms: 0.95,
  latency_p99_ms: 0.99,
  latency_p999_ms: 0.999,
} as const;
export type LimitKey = keyof typeof LIMIT_QUANTILES;
export const LIMIT_KEYS = Object.keys(LIMIT_QUANTILES) as LimitKey[];

const limitMs = z.number().gt(0).max(600_000).optional();

export const limitSchema = z
  .strictObject({
    latency_p50_ms: limitMs,
    latency_p90_ms: limitMs,
    latency_p95_ms: limitMs,
    latency_p99_ms: limitMs,
    latency_p999_ms: limitMs,
    error_rate: z.number().gt(0, WHY_SOME_ERRORS).lt(1).default(limits.DEFAULT_CAPACITY_ERROR_RATE),
  })
  .meta({ description: 'Exactly one latency (ms), below timeout_s, and the most requests that may fail.' });

export const capacityFamilySchema = z
  .strictObject({
    id: slug.optional(),
    model: z.literal('capacity'),
    limit: limitSchema,
    start_rps: z.number().min(limits.MIN_START_RPS).max(limits.MAX_RATE_RPS).default(limits.DEFAULT_START_RPS),
    ...arrivalKeys,
  })
  .meta({ description: 'Searches the highest rate that meets the limit, from start_rps up, in every trial anew.' });

const FAMILIES = { closed: closedFamilySchema, open: openFamilySchema, capacity: capacityFamilySchema } as const;
const unknownModel = z.looseObject({ model: z.enum(['closed', 'open', 'capacity']) });

function familySchemaOf(family: unknown): (typeof FAMILIES)[keyof typeof FAMILIES] | typeof unknownModel {
  const model = typeof family === 'object' && family !== null && 'model' in family ? family.model : undefined;
  return typeof model === 'string' && Object.hasOwn(FAMILIES, model)
    ? FAMILIES[model as keyof typeof FAMILIES]
    : unknownModel;
}

export const loadFamilySchema = unionBy([closedFamilySchema, openFamilySchema, capacityFamilySchema], familySchemaOf);
export type LoadEntry = z.output<typeof loadFamilySchema>;

/** "; it belongs to the model `open`": what a key of another model is told with. */
function modelsOf(key: string): string {
  const owners = Object.entries(FAMILIES).filter(([, { shape }]) => Object.hasOwn(shape, key));
  const names = owners.map(([model]) => `\`${model}\``);
  if (names.length === 0) return '';
  return `; it belongs to the ${names.length === 1 ? 'model' : 'models'} ${listText(names)}`;
}

/** The keys that an object inside a family may have, by its path below `load` and by the object as it came. */
export function loadKeysAt([, inner]: readonly PropertyKey[], value: unknown): KeysAt {
  if (inner === undefined) return { known: Object.keys(familySchemaOf(value).shape), ownerOf: modelsOf };
  if (inner === 'think_time_s') return Object.keys(thinkTimeSchema.shape);
  if (inner === 'stages') return Object.keys(stageSchema.shape);
  return inner === 'limit' ? Object.keys(limitSchema.shape) : [];
}
