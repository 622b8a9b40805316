import type { CellResult } from '../results.ts';

/** What a cell of one experiment was loaded with. */
export interface Loaded extends Pick<CellResult, 'workers' | 'load' | 'workload'> {
  /** `think_time_s` of its load family as JSON: its mean alone does not say how it is drawn. Null: none; undefined: not known. */
  readonly think_time?: string | null;
}

/**
 * Why two cells of one name were not loaded the same; null when they were. Where its family stands in the spec does not
 * matter. Names of workloads are compared, not what a target's contract says of them.
 */
export function loadedOtherwise(a: Loaded, b: Loaded): 'other-load' | 'other-workload' | null {
  if (a.workload !== b.workload) return 'other-workload';
  if (a.workers !== b.workers || levelKey(a.load) !== levelKey(b.load)) return 'other-load';
  const known = a.think_time !== undefined && b.think_time !== undefined;
  return known && a.think_time !== b.think_time ? 'other-load' : null;
}

function levelKey({ model, users, connections, think_time_mean_s, ramp_users_per_s }: CellResult['load']): string {
  return JSON.stringify([model, users, connections, think_time_mean_s, ramp_users_per_s]);
}

/** The think time of a cell's family as a stored spec has it; specs of older releases are read as they are. */
export function thinkTimeIn(spec: Readonly<Record<string, unknown>>, { family }: CellResult['load']): string | null {
  const families: unknown = spec['load'];
  const entry: unknown = Array.isArray(families) ? families[family] : undefined;
  if (typeof entry !== 'object' || entry === null || !('think_time_s' in entry)) return null;
  return JSON.stringify(entry.think_time_s) ?? null;
}
