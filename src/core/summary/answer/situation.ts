import type { Metric } from '../../metric.ts';
import { type CellLoad, levelIn, levelKindOf } from '../../cell-load.ts';
import type { CellResult, Comparison, Results } from '../../results.ts';

/** What the answer is made from. */
export type AnswerFacts = Pick<
  Results,
  'experiment' | 'cells' | 'trials' | 'comparisons' | 'thresholds' | 'verdict' | 'partial'
>;

/** Cells that differ in nothing but the deployment: the place of a comparison. */
export interface Situation {
  readonly workers: number;
  readonly family: number;
  readonly kind: ReturnType<typeof levelKindOf>;
  /** 0 where the family has one level only. */
  readonly level: number;
  readonly load: CellLoad;
  readonly think_time_mean_s: number | null;
  /** What is asked of it: what was served; of a capacity search what can be. */
  readonly metric: 'throughput_rps' | 'capacity_rps';
  /** Those that are not invalid and have that metric, highest first. */
  readonly cells: readonly CellResult[];
  readonly comparisons: readonly Comparison[];
}

/** The situations in which something was measured, in the order of the matrix. */
export function situationsOf({ cells, comparisons }: Pick<AnswerFacts, 'cells' | 'comparisons'>): Situation[] {
  const groups = Map.groupBy(cells, ({ workers, load, workload }) => JSON.stringify([workers, load, workload]));
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { load } = first;
    const metric = load.model === 'capacity' ? 'capacity_rps' : 'throughput_rps';
    const usable = group
      .filter((cell) => cell.validity !== 'invalid' && cell[metric].value !== null)
      .sort((a, b) => (b[metric].value ?? 0) - (a[metric].value ?? 0));
    if (usable.length === 0) return [];
    const slugs = new Set(group.map((cell) => cell.cell));
    return [
      {
        workers: first.workers,
        family: load.family,
        kind: levelKindOf(load),
        level: levelIn(load) ?? 0,
        load,
        think_time_mean_s: load.think_time_mean_s,
        metric,
        cells: usable,
        comparisons: comparisons.filter((c) => slugs.has(c.cell_a)),
      } satisfies Situation,
    ];
  });
}

/** All of its deployments were waiting for the users, or kept up with the rate: nothing of their capacity shows. */
export function allWaiting({ cells }: Situation): boolean {
  return cells.every((cell) => cell.bottleneck === 'load-limited');
}

/** Each deployment's own limit was reached, its CPU or a pool. */
export function atCapacity({ cells }: Situation): boolean {
  return cells.every((cell) => cell.bottleneck === 'server-bound' || cell.bottleneck === 'pool-bound');
}

/** A comparison seen from one side: `of` against `to`. */
export interface Seen {
  readonly of: string;
  readonly to: string;
  readonly verdict: Comparison['verdict'];
  readonly ratio: number;
  readonly lo: number;
  readonly hi: number;
  readonly mde: number | null;
  readonly margin: number;
  /** They differ by at least this. */
  readonly bound: boolean;
  readonly reason: string | null;
}

/** The tested comparisons of one metric as seen from one deployment. */
export function seenFrom(of: string, metric: Metric, comparisons: readonly Comparison[]): Seen[] {
  return comparisons.flatMap((c) => {
    if (c.metric !== metric || c.ratio === null || c.lo === null || c.hi === null) return [];
    const { verdict, ratio, lo, hi, mde, margin, bound, reason } = c;
    if (c.a === of) return [{ of, to: c.b, verdict, ratio, lo, hi, mde, margin, bound, reason }];
    if (c.b !== of) return [];
    const turned = verdict === 'faster' ? 'slower' : verdict === 'slower' ? 'faster' : verdict;
    return [{ of, to: c.a, verdict: turned, ratio: 1 / ratio, lo: 1 / hi, hi: 1 / lo, mde, margin, bound, reason }];
  });
}

/** What kept the load-limited ones of a situation from serving more. */
export function waitingText({ load }: Pick<Situation, 'load'>): string {
  return load.model === 'open' ? 'kept up with the rate' : 'were waiting for the users';
}
