import { NOTHING } from '../audit-report.ts';
import type { RuleOutcome } from '../audit-report.ts';
import { cellsOf } from '../study-cells.ts';
import type { Study } from '../study.ts';
import { cellName } from '../wording.ts';

const RULE = 'missing-cells';

/** Every cell of the declared design must be printed. */
export function missingCells(study: Study): RuleOutcome {
  const { deployments, workers, users } = study.design;
  const due = deployments.flatMap(({ deployment }) =>
    workers.flatMap((w) => users.map((u) => ({ deployment, workers: w, users: u }))),
  );
  if (due.length === 0)
    return {
      ...NOTHING,
      not_run: [{ rule: RULE, reason: 'the design does not declare deployments, workers and users' }],
    };
  const printed = new Set(cellsOf(study).map(cellName));
  const missing = due.map(cellName).filter((name) => !printed.has(name));
  if (missing.length === 0)
    return { ...NOTHING, checked: [{ rule: RULE, says: `All ${due.length} cells of the design are printed.` }] };
  return {
    ...NOTHING,
    findings: [
      {
        rule: RULE,
        severity: 'SUSPECT',
        tables: [],
        rows: missing,
        evidence: { cells_due: due.length, cells_missing: missing.length },
        says: `${missing.length} of the ${due.length} cells of the design are printed nowhere: ${missing.join('; ')}.`,
        remedy: 'Print every cell, also those that say little.',
      },
    ],
  };
}
