import type { ComparableCell } from './comparable.ts';

/** Cells that differ in nothing but the deployment, each pair once, in the order of the cells. */
export function pairsOf(cells: readonly ComparableCell[]): (readonly [ComparableCell, ComparableCell])[] {
  const situations = Map.groupBy(cells, ({ cell }) => JSON.stringify([cell.workers, cell.load, cell.workload]));
  return [...situations.values()].flatMap((group) =>
    group.flatMap((a, i) => group.slice(i + 1).map((b) => [a, b] as const)),
  );
}
