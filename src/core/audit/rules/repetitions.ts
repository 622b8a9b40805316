import { NOTHING } from '../audit-report.ts';
import type { AuditFinding, RuleOutcome } from '../audit-report.ts';
import { cellsOf } from '../study-cells.ts';
import type { Study } from '../study.ts';
import { cellName } from '../wording.ts';
import { rangeCoverageOfMedian } from '../../stats/order-statistics.ts';

/** From five repetitions on, a rank test can reach 1 % and one odd run no longer decides (three: p ≥ 0.1, four: p ≥ 0.029). */
const WEAK = 5;

/** What can be said of the uncertainty of a row? Nothing, when it is one number. */
export function repetitions(study: Study): RuleOutcome {
  const cells = cellsOf(study);
  const spread = study.spreads.some((t) => t.over === 'repetitions');
  const findings: AuditFinding[] = [];
  const n = study.design.repetitions;
  if (!spread && cells.length > 0) {
    findings.push({
      rule: 'no-interval',
      severity: 'NOTE',
      tables: [...new Set(cells.flatMap((cell) => cell.tables))],
      rows: cells.map(cellName),
      evidence: { values_per_row: 1, repetitions_declared: n },
      says:
        `Every row is one number${n === null || n < 2 ? '' : `: ${n} repetitions are declared, but neither their values nor their spread are printed`}. ` +
        'No interval can be computed, so no difference between rows can be told from chance.',
      remedy: 'Print the value of every repetition, or at least their standard deviation and number.',
    });
  }
  if (n !== null && n < WEAK) {
    findings.push({
      rule: 'weak-repetitions',
      severity: 'NOTE',
      tables: [],
      rows: [],
      evidence: { repetitions: n, coverage_of_median_by_range: rangeCoverageOfMedian(n) },
      says:
        `${n} repetitions are few: ` +
        (n === 1
          ? 'one value has no spread.'
          : `their range covers the median with ${(100 * (rangeCoverageOfMedian(n) ?? 0)).toFixed(0)} %` +
            `${n === 3 ? ', and no rank test on three against three can reach p < 0.1' : ''}.`),
      remedy: 'Repeat at least five times, in shuffled blocks.',
    });
  }
  const unknown =
    n === null ? [{ rule: 'weak-repetitions', reason: 'the design declares no number of repetitions' }] : [];
  return { ...NOTHING, findings, not_run: unknown };
}
