import type { CellResult } from '../results.ts';

/** What a cell of one experiment was loaded with. */
export interface Loaded extends Pick<CellResult, 'workers' | 'load' | 'workload'> {
  /** `think_time_s` of its load family as JSON: its mean alone does not say how it is drawn. Null: none; undefined: not known. */
  readonly think_time?: string | null;
  /** The requests as JSON where the spec lists them: all such lists go by one name. Null: it has a name; undefined: not known. */
  readonly requests?: string | null;
}

/**
 * Why two cells of one name were not loaded the same; null when they were. Where its family stands in the spec does not
 * matter. Names of workloads are compared, not what a target's contract says of them.
 */
export function loadedOtherwise(a: Loaded, b: Loaded): 'other-load' | 'other-workload' | null {
  if (a.workload !== b.workload || differ(a.requests, b.requests)) return 'other-workload';
  if (a.workers !== b.workers || levelKey(a.load) !== levelKey(b.load)) return 'other-load';
  return differ(a.think_time, b.think_time) ? 'other-load' : null;
}

/** Both are known, and they are not the same. */
function differ(a: string | null | undefined, b: string | null | undefined): boolean {
  return a !== undefined && b !== undefined && a !== b;
}

/** What results of before knew of no load but the closed ones counts as null here. Where a search began is no part of what it seeks. */
function levelKey(load: CellResult['load']): string {
  const { model, users, connections, think_time_mean_s, ramp_users_per_s } = load;
  const { rate_rps, arrivals, stages, limit, pool } = load;
  const closed = [model, users, connections, think_time_mean_s, ramp_users_per_s];
  return JSON.stringify([...closed, rate_rps, arrivals, stages, limit, pool]);
}

/** The think time of a cell's family as a stored spec has it; specs of older releases are read as they are. */
export function thinkTimeIn(spec: Readonly<Record<string, unknown>>, { family }: CellResult['load']): string | null {
  const families: unknown = spec['load'];
  const entry: unknown = Array.isArray(families) ? families[family] : undefined;
  if (typeof entry !== 'object' || entry === null || !('think_time_s' in entry)) return null;
  return JSON.stringify(entry.think_time_s) ?? null;
}

/** The requests that a stored spec lists. */
export function requestsIn(spec: Readonly<Record<string, unknown>>): string | null {
  return Array.isArray(spec['workload']) ? JSON.stringify(spec['workload']) : null;
}
