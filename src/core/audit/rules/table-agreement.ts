import type { AuditFinding, RuleOutcome } from '../audit-report.ts';
import { overlap, rangeOf } from '../printed-number.ts';
import type { PrintedNumber } from '../printed-number.ts';
import type { Study } from '../study.ts';
import { STUDY_METRICS } from '../study-row.ts';
import type { StudyMetric, StudyRow } from '../study-row.ts';
import { cellName, counted, metricName } from '../wording.ts';

const RULE = 'tables-disagree';

interface Copy {
  readonly table: string;
  readonly printed: PrintedNumber;
}

/** The same quantity printed in several tables must be the same number. */
export function tableAgreement(study: Study): RuleOutcome {
  const findings: AuditFinding[] = [];
  let agree = 0;
  for (const { name, metric, copies } of quantities(study)) {
    const [first, ...others] = copies;
    for (const other of first === undefined ? [] : others) {
      if (first !== undefined && same(first.printed, other.printed)) agree += 1;
      else if (first !== undefined) findings.push(finding(name, metric, first, other));
    }
  }
  const says = `${counted(agree, 'number')} printed more than once agree.`;
  return { findings, checked: agree === 0 ? [] : [{ rule: RULE, says }], not_run: [] };
}

/** With equal decimals one quantity rounds to one number; with unequal ones the ranges must meet. */
function same(a: PrintedNumber, b: PrintedNumber): boolean {
  return a.decimals === b.decimals ? a.value === b.value : overlap(rangeOf(a), rangeOf(b));
}

interface Quantity {
  readonly name: string;
  readonly metric: StudyMetric;
  readonly copies: readonly Copy[];
}

function quantities(study: Study): readonly Quantity[] {
  const found = new Map<string, { name: string; metric: StudyMetric; copies: Copy[] }>();
  const add = (row: Pick<StudyRow, 'deployment' | 'workers' | 'users'>, metric: StudyMetric, copy: Copy): void => {
    const name = cellName(row);
    const entry = found.get(`${name} ${metric}`) ?? { name, metric, copies: [] };
    entry.copies.push(copy);
    found.set(`${name} ${metric}`, entry);
  };
  for (const { table, holds, rows } of study.tables) {
    // Observations are single runs: they may differ from the mean of several (raw-rows looks at them).
    if (holds === 'observations') continue;
    for (const row of rows) {
      for (const metric of STUDY_METRICS) {
        const printed = row[metric];
        if (printed !== null) add(row, metric, { table, printed });
      }
    }
  }
  for (const { table, metric, workers, over, rows } of study.spreads) {
    for (const { deployment, mean } of over === 'users' ? rows : []) {
      if (mean !== null) add({ deployment, workers, users: null }, metric, { table, printed: mean });
    }
  }
  return [...found.values()].filter(({ copies }) => copies.length > 1);
}

function finding(name: string, metric: StudyMetric, a: Copy, b: Copy): AuditFinding {
  const text = ({ printed }: Copy): string => printed.value.toFixed(printed.decimals);
  return {
    rule: RULE,
    severity: 'NOTE',
    tables: [a.table, b.table],
    rows: [name],
    evidence: { [a.table]: a.printed.value, [b.table]: b.printed.value },
    says: `The ${metricName(metric)} of ${name} is ${text(a)} in ${a.table} and ${text(b)} in ${b.table}.`,
    remedy: 'Make every table from the same data by one program.',
  };
}
