import { z } from 'zod';
import { ARRIVALS, capacityLimitSchema, stageSchema } from './load-plan.ts';
import type { LoadLevel } from './matrix.ts';
import { hasSequence } from './request-list.ts';
import { meanThinkTimeS } from './spec.ts';
import type { Workload } from './workload-name.ts';

/** The load of a cell as results tell it. */

export const LOAD_MODELS = ['closed', 'open', 'capacity'] as const;

const nullable = z.number().nullable();

/** What the closed model alone knew, when results had no others: null where a key does not belong to the cell's model. */
export const cellLoadSchema = z.object({
  /** closed: who waits for an answer asks again. open: arrivals wait for nothing. capacity: the highest rate within a limit is sought. */
  model: z.enum(LOAD_MODELS),
  users: z.int().nullable(),
  /** Of the closed model without think time: its level. */
  connections: z.int().nullable(),
  think_time_mean_s: nullable,
  ramp_users_per_s: nullable,
  family: z.int(),
  /** Of an open cell of one rate: its level. */
  rate_rps: nullable.default(null),
  /** Of open and capacity cells. */
  arrivals: z.enum(ARRIVALS).nullable().default(null),
  /** Of an open cell whose rate changes: together they are its window. */
  stages: z.array(stageSchema).nullable().default(null),
  /** Of a capacity cell: what the rate must meet. */
  limit: capacityLimitSchema.nullable().default(null),
  /** Of open and capacity cells: connections that were opened before the first arrival, and the most of them. */
  pool: z.object({ connections: z.int(), max_connections: z.int() }).nullable().default(null),
  /** Of open and capacity cells: what arrives at its rates, where some of that are sequences of several requests; absent: requests. */
  rate_of: z.literal('iterations').optional(),
});
export type CellLoad = z.output<typeof cellLoadSchema>;

const NOT_CLOSED = { users: null, connections: null, think_time_mean_s: null, ramp_users_per_s: null };
const NOT_OPEN = { rate_rps: null, arrivals: null, stages: null, limit: null, pool: null };

/** `workload`: that of the spec, where it matters what its rates are rates of. */
export function cellLoadOf(load: LoadLevel, workload?: Workload): CellLoad {
  const told = levelOf(load);
  const isOfIterations = load.model !== 'closed' && Array.isArray(workload) && hasSequence(workload);
  return isOfIterations ? { ...told, rate_of: 'iterations' } : told;
}

function levelOf(load: LoadLevel): CellLoad {
  const { model, family } = load;
  switch (load.kind) {
    case 'users': {
      const { users, think_time, ramp_users_per_s } = load;
      const think_time_mean_s = meanThinkTimeS(think_time);
      return { model, users, connections: null, think_time_mean_s, ramp_users_per_s, family, ...NOT_OPEN };
    }
    case 'connections':
      return { model, ...NOT_CLOSED, connections: load.connections, family, ...NOT_OPEN };
    case 'rate':
      return { model, ...NOT_CLOSED, family, ...NOT_OPEN, rate_rps: load.rate_rps, ...poolOf(load) };
    case 'stages':
      return { model, ...NOT_CLOSED, family, ...NOT_OPEN, stages: [...load.stages], ...poolOf(load) };
    default:
      return { model, ...NOT_CLOSED, family, ...NOT_OPEN, limit: load.limit, ...poolOf(load) };
  }
}

function poolOf({ pool }: Exclude<LoadLevel, { model: 'closed' }>): Pick<CellLoad, 'arrivals' | 'pool'> {
  const { arrivals, connections, max_connections } = pool;
  return { arrivals, pool: { connections, max_connections } };
}

/** What kind of level the load has. */
export function levelKindOf(load: CellLoad): LoadLevel['kind'] {
  if (load.model === 'capacity') return 'capacity';
  if (load.model === 'open') return load.stages === null ? 'rate' : 'stages';
  return load.users === null ? 'connections' : 'users';
}

/** The level itself, for axes and sorting; null where a family has one level only. */
export function levelIn(load: CellLoad): number | null {
  return load.users ?? load.connections ?? load.rate_rps;
}
