import type { Comparison } from '../results.ts';
import { DEFAULT_MARGIN } from '../stats/comparison.ts';
import { type ComparableCell, COMPARED, type ComparedMetric, isComparedBy, sideOf } from './comparable.ts';
import { outcomesOf } from './outcome.ts';
import { pairsOf } from './pairs.ts';
import { compareSides } from './side.ts';

/**
 * Every pair of deployments at equal workers, load and workload, by each metric that its model is compared by (S4). The pairs
 * of one metric are one family (S6). Printed intervals are unadjusted.
 */
export function compareCells(cells: readonly ComparableCell[]): Comparison[] {
  const all = pairsOf(cells);
  return COMPARED.flatMap((metric) => {
    const pairs = all.filter(([a]) => isComparedBy(a.cell.load.model, metric));
    // Blocks are always shuffled: there is no other schedule.
    const options = { metric, shuffled: true };
    const family = pairs.map(([a, b]) => compareSides(sideOf(a, metric), sideOf(b, metric), options));
    const outcomes = outcomesOf(family);
    return pairs.flatMap(([a, b], i) => {
      const outcome = outcomes[i];
      return outcome === undefined ? [] : [{ ...identity(a, b, metric), ...outcome }];
    });
  });
}

function identity(a: ComparableCell, b: ComparableCell, metric: ComparedMetric) {
  const { load, workers, workload } = a.cell;
  return {
    metric,
    a: a.cell.deployment,
    b: b.cell.deployment,
    cell_a: a.cell.cell,
    cell_b: b.cell.cell,
    workers,
    users: load.kind === 'users' ? load.users : null,
    connections: load.kind === 'connections' ? load.connections : null,
    rate_rps: load.kind === 'rate' ? load.rate_rps : null,
    workload,
    margin: DEFAULT_MARGIN,
  };
}
