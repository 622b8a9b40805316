import { countText } from '../../core/number-text.ts';
import { betterOf, type Metric } from '../../core/metric.ts';
import type { CellResult } from '../../core/results.ts';
import type { Family } from '../families.ts';
import type { View } from '../view.ts';
import { datumOf, thinned } from './datum.ts';
import type { RankedRow } from './ranked.ts';

/** The best first: the highest of what is better the higher, the lowest of everything else; cells without a value last. */
export function rankedCells(cells: readonly CellResult[], metric: Metric): CellResult[] {
  const sign = betterOf(metric) === 'higher' ? -1 : 1;
  return [...cells].sort((a, b) => {
    const [x, y] = [a[metric].value, b[metric].value];
    if (x === null || y === null) return Number(x === null) - Number(y === null);
    return sign * (x - y);
  });
}

/** A row for each cell, in the order given; the worker count is named where it differs. */
export function rankedRows(view: View, family: Family, cells: readonly CellResult[], metric: Metric): RankedRow[] {
  const several = new Set(cells.map((cell) => cell.workers)).size > 1;
  const data = cells.map((cell) => datumOf(view, cell, metric));
  const shown = thinned(
    data,
    data.reduce((sum, datum) => sum + datum.dots.length, 0),
  );
  return cells.flatMap((cell, i) => {
    const datum = shown[i];
    if (datum === undefined) return [];
    const name = view.name(cell.deployment);
    const label = several ? `${name}, ${countText(cell.workers, 'worker')}` : name;
    return [{ label, colour: family.deployments.indexOf(cell.deployment), datum }];
  });
}
