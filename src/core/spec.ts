import type { SpecInput } from './spec-schema.ts';

/** How long a user thinks between an answer and the next request, in seconds. */
export type ThinkTime =
  | { readonly kind: 'constant'; readonly s: number }
  | { readonly kind: 'uniform'; readonly lo_s: number; readonly hi_s: number }
  | { readonly kind: 'exponential'; readonly mean_s: number };

/** One load family: one model, several levels. */
export type LoadFamily =
  | {
      readonly model: 'closed';
      readonly kind: 'users';
      readonly id: string | null;
      readonly users: readonly number[];
      readonly think_time: ThinkTime;
      readonly ramp_users_per_s: number;
    }
  | {
      readonly model: 'closed';
      readonly kind: 'connections';
      readonly id: string | null;
      readonly connections: readonly number[];
    };

/** The normalised spec is the input with defaults and a seed; it is stored and shown as such. */
export type Spec = SpecInput & { readonly seed: number };

/** Users family without `ramp_users_per_s`: the paper's and Locust's customary 10 users/s. */
export const DEFAULT_RAMP_USERS_PER_S = 10;

export function meanThinkTimeS(think: ThinkTime): number {
  if (think.kind === 'constant') return think.s;
  return think.kind === 'uniform' ? (think.lo_s + think.hi_s) / 2 : think.mean_s;
}

/** The families of a parsed spec, in the spec's order. `parseSpec` has made sure that each is exactly one of the two kinds. */
export function loadFamilies(spec: Pick<SpecInput, 'load'>): LoadFamily[] {
  return spec.load.map((entry) => {
    const id = entry.id ?? null;
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
  });
}

function thinkTimeOf(input: SpecInput['load'][number]['think_time_s']): ThinkTime {
  if (input?.uniform) return { kind: 'uniform', lo_s: input.uniform[0], hi_s: input.uniform[1] };
  if (input?.exponential !== undefined) return { kind: 'exponential', mean_s: input.exponential };
  return { kind: 'constant', s: input?.constant ?? 0 };
}
