import { NOTHING } from '../audit-report.ts';
import type { AuditFinding, RuleOutcome } from '../audit-report.ts';
import { cellsOf } from '../study-cells.ts';
import type { StudyCell } from '../study-cells.ts';
import type { Study, StudyTable } from '../study.ts';
import { STUDY_METRICS } from '../study-row.ts';
import type { StudyRow } from '../study-row.ts';
import { cellName, counted, figure } from '../wording.ts';

const RULE = 'raw-rows';

/** Observations must be one per run, and a mean of several runs is not one of them. */
export function rawRows(study: Study): RuleOutcome {
  const tables = study.tables.filter((t) => t.holds === 'observations');
  if (tables.length === 0)
    return { ...NOTHING, not_run: [{ rule: RULE, reason: 'no single runs were given, only their summaries' }] };
  const { repetitions } = study.design;
  if (repetitions === null)
    return { ...NOTHING, not_run: [{ rule: RULE, reason: 'the design declares no number of repetitions' }] };
  return { ...NOTHING, findings: tables.flatMap((table) => judge(study, table, repetitions)) };
}

function judge(study: Study, table: StudyTable, repetitions: number): readonly AuditFinding[] {
  const cells = new Set(table.rows.map((row) => cellName(row))).size;
  const due = cells * repetitions;
  if (table.rows.length >= due) return [];
  const twins = table.rows.flatMap((row) => twinOf(row, cellsOf(study)) ?? []);
  const copied = twins.filter(({ differs }) => differs.length === 0).length;
  const near = twins.flatMap(({ row, cell, differs }) =>
    differs.map(
      (metric) =>
        `${figure(row[metric]?.value ?? 0)} against ${figure(cell.rows[0]?.[metric]?.value ?? 0)} for ${cellName(cell)}`,
    ),
  );
  const where = [...new Set(twins.flatMap(({ cell }) => cell.tables))];
  const copies =
    twins.length < table.rows.length
      ? ''
      : ` They are the rows of ${where[0] ?? 'another table'}, said to be means of ${repetitions} runs: ${copied} of ` +
        `${table.rows.length} to the last digit${near.length === 0 ? '' : `, ${near.join(', ')}`}.`;
  return [
    {
      rule: RULE,
      severity: 'SUSPECT',
      tables: [table.table, ...where.slice(0, copies === '' ? 0 : 1)],
      rows: [],
      evidence: {
        rows: table.rows.length,
        rows_due: due,
        repetitions_declared: repetitions,
        rows_equal_to_means: copied,
      },
      says:
        `${table.table} gives ${counted(table.rows.length, 'observation')} for ${counted(cells, 'cell')}, where ` +
        `${repetitions} repetitions make ${due}.${copies}`,
      remedy: 'Publish every run. Without them no interval can be computed, and a dropped run cannot be seen.',
    },
  ];
}

interface Twin {
  readonly row: StudyRow;
  readonly cell: StudyCell;
  readonly differs: readonly (typeof STUDY_METRICS)[number][];
}

/** The printed cell that an observation repeats: same deployment and users, and at most one number that differs. */
function twinOf(row: StudyRow, cells: readonly StudyCell[]): Twin | null {
  for (const cell of cells) {
    const other = cell.rows[0];
    if (other === undefined || cell.deployment !== row.deployment || cell.users !== row.users) continue;
    if (row.workers !== null && row.workers !== cell.workers) continue;
    const both = STUDY_METRICS.filter((metric) => row[metric] !== null && other[metric] !== null);
    const differs = both.filter((metric) => row[metric]?.value !== other[metric]?.value);
    if (both.length > 1 && differs.length <= 1) return { row, cell, differs };
  }
  return null;
}
