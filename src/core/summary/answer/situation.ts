import type { Metric } from '../../metric.ts';
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
  readonly kind: 'users' | 'connections';
  readonly level: number;
  readonly think_time_mean_s: number | null;
  /** Those that are not invalid and have a throughput, highest first. */
  readonly cells: readonly CellResult[];
  readonly comparisons: readonly Comparison[];
}

/** The situations in which something was measured, in the order of the matrix. */
export function situationsOf({ cells, comparisons }: Pick<AnswerFacts, 'cells' | 'comparisons'>): Situation[] {
  const groups = Map.groupBy(cells, ({ workers, load, workload }) => JSON.stringify([workers, load, workload]));
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const usable = group
      .filter((cell) => cell.validity !== 'invalid' && cell.throughput_rps.value !== null)
      .sort((a, b) => (b.throughput_rps.value ?? 0) - (a.throughput_rps.value ?? 0));
    if (usable.length === 0) return [];
    const slugs = new Set(group.map((cell) => cell.cell));
    const { users, connections, family, think_time_mean_s } = first.load;
    return [
      {
        workers: first.workers,
        family,
        kind: users === null ? 'connections' : 'users',
        level: users ?? connections ?? 0,
        think_time_mean_s,
        cells: usable,
        comparisons: comparisons.filter((c) => slugs.has(c.cell_a)),
      } satisfies Situation,
    ];
  });
}

/** All of its deployments were waiting for the users: nothing of their capacity shows. */
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
  readonly reason: string | null;
}

/** The tested comparisons of one metric as seen from one deployment. */
export function seenFrom(of: string, metric: Metric, comparisons: readonly Comparison[]): Seen[] {
  return comparisons.flatMap((c) => {
    if (c.metric !== metric || c.ratio === null || c.lo === null || c.hi === null) return [];
    const { verdict, ratio, lo, hi, mde, margin, reason } = c;
    if (c.a === of) return [{ of, to: c.b, verdict, ratio, lo, hi, mde, margin, reason }];
    if (c.b !== of) return [];
    const turned = verdict === 'faster' ? 'slower' : verdict === 'slower' ? 'faster' : verdict;
    return [{ of, to: c.a, verdict: turned, ratio: 1 / ratio, lo: 1 / hi, hi: 1 / lo, mde, margin, reason }];
  });
}
