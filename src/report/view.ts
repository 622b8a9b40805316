import type { CellResult, Results, TrialRow } from '../core/results.ts';
import { deploymentNames, nameOf } from '../core/summary/deployment-names.ts';
import { type Family, familiesOf } from './families.ts';

/** Results with what every part of a report looks up in them. */
export interface View {
  readonly results: Results;
  readonly families: readonly Family[];
  /** What people call a deployment. */
  readonly name: (deployment: string) => string;
  readonly cell: (slug: string) => CellResult | undefined;
  /** The runs of a cell that its values are made from. */
  readonly usable: (cell: CellResult) => readonly TrialRow[];
}

export function makeView(results: Results): View {
  const names = deploymentNames(results);
  const cells = new Map(results.cells.map((cell) => [cell.cell, cell]));
  const trials = Map.groupBy(
    results.trials.filter((trial) => trial.usable),
    (trial) => trial.cell,
  );
  return {
    results,
    families: familiesOf(results),
    name: (deployment) => nameOf(names, deployment),
    cell: (slug) => cells.get(slug),
    usable: (cell) => trials.get(cell.cell) ?? [],
  };
}
