import type { LoadFamily, Spec } from './spec.ts';
import { loadFamilies } from './spec.ts';

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
);

export interface Cell {
  /** The URL-safe slug: `{deployment}.w{n}.{u|c}{level}[.{family id}]`. */
  readonly cell: string;
  readonly deployment: string;
  readonly target: string;
  readonly server: string;
  /** Null: the first interface that the target's server lists. */
  readonly interface: string | null;
  readonly workers: number;
  readonly load: LoadLevel;
  readonly workload: string;
}

function levelsOf(family: LoadFamily, index: number): { slug: string; load: LoadLevel }[] {
  const suffix = family.id === null ? '' : `.${family.id}`;
  if (family.kind === 'connections') {
    return family.connections.map((connections) => ({
      slug: `c${connections}${suffix}`,
      load: { family: index, model: 'closed', kind: 'connections', connections },
    }));
  }
  const { think_time, ramp_users_per_s } = family;
  return family.users.map((users) => ({
    slug: `u${users}${suffix}`,
    load: { family: index, model: 'closed', kind: 'users', users, think_time, ramp_users_per_s },
  }));
}

/** Every cell of the spec, in the spec's order: deployment × workers × load level × workload. */
export function expandMatrix(spec: Pick<Spec, 'deployments' | 'workers' | 'load' | 'workload'>): Cell[] {
  const levels = loadFamilies(spec).flatMap(levelsOf);
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
        workload: spec.workload,
      })),
    ),
  );
}

/** Seconds that the ramp of a load level takes; connections are all there at once. */
export function rampS(load: LoadLevel): number {
  return load.kind === 'users' ? load.users / load.ramp_users_per_s : 0;
}

/** The level itself, for axes and sorting: users or connections. */
export function levelOf(load: LoadLevel): number {
  return load.kind === 'users' ? load.users : load.connections;
}
