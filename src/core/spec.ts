import { DEFAULT_POOL_CONNECTIONS } from './limits.ts';
import type { CapacityLimit, Stage } from './load-plan.ts';
import { LIMIT_KEYS, LIMIT_QUANTILES, type LoadEntry } from './spec-load-schema.ts';
import type { SpecInput } from './spec-schema.ts';

/** How long a user thinks between an answer and the next request, in seconds. */
export type ThinkTime =
  | { readonly kind: 'constant'; readonly s: number }
  | { readonly kind: 'uniform'; readonly lo_s: number; readonly hi_s: number }
  | { readonly kind: 'exponential'; readonly mean_s: number };

/** How requests of an open model arrive, and the connections that they find. */
export interface Pool {
  readonly arrivals: 'constant' | 'poisson';
  /** Opened before the first arrival. */
  readonly connections: number;
  /** An arrival that finds none free opens one more, up to this many. */
  readonly max_connections: number;
}

/** One load family: one model, several levels; stages and a capacity search have one. */
export type LoadFamily = { readonly id: string | null } & (
  | {
      readonly model: 'closed';
      readonly kind: 'users';
      readonly users: readonly number[];
      readonly think_time: ThinkTime;
      readonly ramp_users_per_s: number;
    }
  | { readonly model: 'closed'; readonly kind: 'connections'; readonly connections: readonly number[] }
  | { readonly model: 'open'; readonly kind: 'rate'; readonly rate_rps: readonly number[]; readonly pool: Pool }
  | { readonly model: 'open'; readonly kind: 'stages'; readonly stages: readonly Stage[]; readonly pool: Pool }
  | {
      readonly model: 'capacity';
      readonly kind: 'capacity';
      readonly limit: CapacityLimit;
      readonly start_rps: number;
      readonly pool: Pool;
    }
);

/** The normalised spec is the input with defaults and a seed; it is stored and shown as such. */
export type Spec = SpecInput & { readonly seed: number };

/** Users family without `ramp_users_per_s`: the paper's and Locust's customary 10 users/s. */
export const DEFAULT_RAMP_USERS_PER_S = 10;

export function meanThinkTimeS(think: ThinkTime): number {
  if (think.kind === 'constant') return think.s;
  return think.kind === 'uniform' ? (think.lo_s + think.hi_s) / 2 : think.mean_s;
}

/** The families of a parsed spec, in the spec's order. `parseSpec` has made sure that each is of exactly one kind. */
export function loadFamilies(spec: Pick<SpecInput, 'load'>): LoadFamily[] {
  return spec.load.map(familyOf);
}

function familyOf(entry: LoadEntry): LoadFamily {
  const id = entry.id ?? null;
  if (entry.model === 'closed') {
    if (entry.connections !== undefined)
      return { model: 'closed', kind: 'connections', id, connections: entry.connections };
    return {
      model: 'closed',
      kind: 'users',
      id,
      users: entry.users ?? [],
      think_time: thinkTimeOf(entry.think_time_s),
      ramp_users_per_s: entry.ramp_users_per_s ?? DEFAULT_RAMP_USERS_PER_S,
    };
  }
  const pool = poolOf(entry);
  if (entry.model === 'capacity') {
    const { limit, start_rps } = entry;
    return { model: 'capacity', kind: 'capacity', id, limit: capacityLimitOf(limit), start_rps, pool };
  }
  if (entry.stages !== undefined) return { model: 'open', kind: 'stages', id, stages: entry.stages.map(stageOf), pool };
  return { model: 'open', kind: 'rate', id, rate_rps: entry.rate_rps ?? [], pool };
}

function poolOf({ arrivals, connections, max_connections }: Exclude<LoadEntry, { model: 'closed' }>): Pool {
  return {
    arrivals,
    connections: connections ?? Math.min(DEFAULT_POOL_CONNECTIONS, max_connections),
    max_connections,
  };
}

export function stageOf({
  rate_rps,
  for_s,
}: NonNullable<Extract<LoadEntry, { model: 'open' }>['stages']>[number]): Stage {
  const [from_rps, to_rps] = typeof rate_rps === 'number' ? [rate_rps, rate_rps] : rate_rps;
  return { from_rps, to_rps, for_s };
}

/** The limit's one latency, by the share of requests that must be faster. */
export function capacityLimitOf(limit: Extract<LoadEntry, { model: 'capacity' }>['limit']): CapacityLimit {
  const key = LIMIT_KEYS.find((each) => limit[each] !== undefined) ?? 'latency_p95_ms';
  return { quantile: LIMIT_QUANTILES[key], latency_ms: limit[key] ?? 0, error_rate: limit.error_rate };
}

function thinkTimeOf(input: Extract<LoadEntry, { model: 'closed' }>['think_time_s']): ThinkTime {
  if (input?.uniform) return { kind: 'uniform', lo_s: input.uniform[0], hi_s: input.uniform[1] };
  if (input?.exponential !== undefined) return { kind: 'exponential', mean_s: input.exponential };
  return { kind: 'constant', s: input?.constant ?? 0 };
}
