import type { CapacityLimit, Stage } from './load-plan.ts';
import type { LoadFamily, Pool, Spec } from './spec.ts';
import { loadFamilies } from './spec.ts';
import { workloadName } from './workload-name.ts';

/** The load of one cell. `family` is the index of its entry in the spec's `load`. */
export type LoadLevel = { readonly family: number } & (
  | {
      readonly model: 'closed';
      readonly kind: 'users';
      readonly users: number;
      readonly think_time: Extract<LoadFamily, { kind: 'users' }>['think_time'];
      readonly ramp_users_per_s: number;
    }
  | { readonly model: 'closed'; readonly kind: 'connections'; readonly connections: number }
  | { readonly model: 'open'; readonly kind: 'rate'; readonly rate_rps: number; readonly pool: Pool }
  | { readonly model: 'open'; readonly kind: 'stages'; readonly stages: readonly Stage[]; readonly pool: Pool }
  | {
      readonly model: 'capacity';
      readonly kind: 'capacity';
      readonly limit: CapacityLimit;
      readonly start_rps: number;
      readonly pool: Pool;
    }
);

export interface Cell {
  /** The URL-safe slug: `{deployment}.w{n}.{u|c|r}{level}[.{family id}]`; `stages` and `cap` stand where others have a level. */
  readonly cell: string;
  readonly deployment: string;
  readonly target: string;
  readonly server: string;
  /** Null: the first interface that the target's server lists. */
  readonly interface: string | null;
  readonly workers: number;
  readonly load: LoadLevel;
  /** Of the contract; `custom` (CUSTOM_WORKLOAD) where the spec lists the requests. */
  readonly workload: string;
}

interface NamedLevel {
  readonly slug: string;
  readonly load: LoadLevel;
}

function levelsOf(family: LoadFamily, index: number): NamedLevel[] {
  const suffix = family.id === null ? '' : `.${family.id}`;
  return unnamedLevels(family, index).map(({ slug, load }) => ({ slug: `${slug}${suffix}`, load }));
}

/** The order of keys is part of the seed of a trial's load. */
function unnamedLevels(family: LoadFamily, index: number): NamedLevel[] {
  switch (family.kind) {
    case 'users': {
      const { think_time, ramp_users_per_s } = family;
      return family.users.map((users) => ({
        slug: `u${users}`,
        load: { family: index, model: 'closed', kind: 'users', users, think_time, ramp_users_per_s },
      }));
    }
    case 'connections':
      return family.connections.map((connections) => ({
        slug: `c${connections}`,
        load: { family: index, model: 'closed', kind: 'connections', connections },
      }));
    case 'rate':
      return family.rate_rps.map((rate_rps) => ({
        slug: `r${rate_rps}`,
        load: { family: index, model: 'open', kind: 'rate', rate_rps, pool: family.pool },
      }));
    case 'stages': {
      const { stages, pool } = family;
      return [{ slug: 'stages', load: { family: index, model: 'open', kind: 'stages', stages, pool } }];
    }
    default: {
      const { limit, start_rps, pool } = family;
      return [{ slug: 'cap', load: { family: index, model: 'capacity', kind: 'capacity', limit, start_rps, pool } }];
    }
  }
}

/** Every cell of the spec, in the spec's order: deployment × workers × load level × workload. */
export function expandMatrix(spec: Pick<Spec, 'deployments' | 'workers' | 'load' | 'workload'>): Cell[] {
  const levels = loadFamilies(spec).flatMap(levelsOf);
  const workload = workloadName(spec.workload);
  return spec.deployments.flatMap((deployment) =>
    spec.workers.flatMap((workers) =>
      levels.map(({ slug, load }) => ({
        cell: `${deployment.id}.w${workers}.${slug}`,
        deployment: deployment.id,
        target: deployment.target,
        server: deployment.server,
        interface: deployment.interface ?? null,
        workers,
        load,
        workload,
      })),
    ),
  );
}

/** Seconds that the ramp of a load level takes; connections are all there at once, and rates from the first arrival on. */
export function rampS(load: LoadLevel): number {
  return load.kind === 'users' ? load.users / load.ramp_users_per_s : 0;
}

/** Seconds that the window of a load level takes: stages are their own; of a capacity search it is that of one step. */
export function windowOfLevelS(load: LoadLevel, window_s: number): number {
  return load.kind === 'stages' ? load.stages.reduce((sum, { for_s }) => sum + for_s, 0) : window_s;
}

/** Requests a second over all stages: what arrives in them through their length. */
export function meanRateRps(stages: readonly Stage[]): number {
  const all_s = stages.reduce((sum, { for_s }) => sum + for_s, 0);
  const arrivals = stages.reduce((sum, { from_rps, to_rps, for_s }) => sum + ((from_rps + to_rps) / 2) * for_s, 0);
  return all_s > 0 ? arrivals / all_s : 0;
}

/** The level itself, for axes and sorting: users, connections or requests a second; null where a family has one level only. */
export function levelOf(load: LoadLevel): number | null {
  switch (load.kind) {
    case 'users':
      return load.users;
    case 'connections':
      return load.connections;
    case 'rate':
      return load.rate_rps;
    default:
      return null;
  }
}
