import type { CellRequest, CellResult } from '../core/results.ts';
import { type Family, levelOf } from './families.ts';

/** One request name of a cell, for a row of a table. */
export interface RequestRow extends CellRequest {
  /** Of the row alone: the cell's and the name. */
  readonly cell: string;
  readonly of: CellResult;
  readonly validity: CellResult['validity'];
  /** Usable trials of the cell. */
  readonly n: number;
}

/**
 * The request names of the cells at the highest level of a family, name by name, so that deployments stand below each other; none where
 * its workload has one request.
 */
export function requestRowsOf(family: Family): RequestRow[] {
  const highest = family.levels.at(-1) ?? 0;
  const rows = family.cells
    .filter((cell) => levelOf(cell) === highest)
    .flatMap((of) =>
      (of.by_request ?? []).map((request) => ({
        ...request,
        cell: `${of.cell} ${request.name}`,
        of,
        validity: of.validity,
        n: of.n,
      })),
    );
  return [...Map.groupBy(rows, ({ name }) => name).values()].flat();
}
