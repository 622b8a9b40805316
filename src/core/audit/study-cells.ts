import type { PrintedNumber } from './printed-number.ts';
import type { Study } from './study.ts';
import type { CellRef, StudyMetric, StudyRow } from './study-row.ts';

/** A cell with every row that prints it. */
export interface StudyCell {
  readonly deployment: string;
  readonly workers: number | null;
  /** null: the mean over load levels. */
  readonly users: number | null;
  readonly tables: readonly string[];
  readonly rows: readonly StudyRow[];
}

function collect(study: Study, holds: 'cells' | 'means_over_users'): readonly StudyCell[] {
  const cells = new Map<string, { tables: string[]; rows: StudyRow[] }>();
  for (const table of study.tables.filter((t) => t.holds === holds)) {
    for (const row of table.rows) {
      const key = JSON.stringify([row.deployment, row.workers, row.users]);
      const cell = cells.get(key) ?? { tables: [], rows: [] };
      cell.tables.push(table.table);
      cell.rows.push(row);
      cells.set(key, cell);
    }
  }
  return [...cells.values()].flatMap(({ tables, rows: [first, ...rest] }) => {
    if (first === undefined) return [];
    const { deployment, workers, users } = first;
    return [{ deployment, workers, users: holds === 'cells' ? users : null, tables, rows: [first, ...rest] }];
  });
}

/** Every distinct cell that a table prints, in the order of the tables. */
export function cellsOf(study: Study): readonly StudyCell[] {
  return collect(study, 'cells');
}

/** Every distinct mean over load levels that a table prints. */
export function meansOf(study: Study): readonly StudyCell[] {
  return collect(study, 'means_over_users');
}

/** A metric of a cell, from the first table that prints it. */
export function metricOf(cell: StudyCell, metric: StudyMetric): PrintedNumber | null {
  for (const row of cell.rows) {
    const printed = row[metric];
    if (printed !== null) return printed;
  }
  return null;
}

export function findCell(study: Study, ref: CellRef): StudyCell | null {
  const among = ref.users === null ? meansOf(study) : cellsOf(study);
  return (
    among.find((c) => c.deployment === ref.deployment && c.workers === ref.workers && c.users === ref.users) ?? null
  );
}

/** The load levels of the design; where it declares none, those that the cells show. */
export function levelsOf(study: Study): readonly number[] {
  if (study.design.users.length > 0) return study.design.users;
  return [...new Set(cellsOf(study).flatMap((c) => c.users ?? []))].sort((a, b) => a - b);
}

/** The cells of one deployment and worker count, by load level; levels that are not printed are missing. */
export function cellsAcrossLevels(
  study: Study,
  deployment: string,
  workers: number | null,
): ReadonlyMap<number, StudyCell> {
  const levels = new Map<number, StudyCell>();
  for (const cell of cellsOf(study)) {
    if (cell.deployment === deployment && cell.workers === workers && cell.users !== null) levels.set(cell.users, cell);
  }
  return levels;
}
