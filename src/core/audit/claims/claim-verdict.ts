import type { Severity } from '../../finding.ts';
import type { AuditFinding } from '../audit-report.ts';
import type { PrintedNumber, Range } from '../printed-number.ts';
import { rangeOf } from '../printed-number.ts';
import { metricOf } from '../study-cells.ts';
import type { StudyCell } from '../study-cells.ts';
import type { StudyMetric } from '../study-row.ts';
import { higherIsBetter } from '../wording.ts';

/** What a study's rows say to one of its sentences. */
export type ClaimVerdict =
  | { readonly outcome: 'holds'; readonly says: string }
  | ({ readonly outcome: 'fails'; readonly severity: Severity } & Pick<
      AuditFinding,
      'tables' | 'rows' | 'evidence' | 'says' | 'remedy'
    >)
  | { readonly outcome: 'not-run'; readonly reason: string };

export function notPrinted(what: string): ClaimVerdict {
  return { outcome: 'not-run', reason: `the rows it speaks of are not printed (${what})` };
}

export function valueOf(cell: StudyCell | null, metric: StudyMetric): PrintedNumber | null {
  return cell === null ? null : metricOf(cell, metric);
}

/** a against b, turned so that above 1 says a is better; the range holds every value that would print so. null: a zero. */
export function betterRatio(
  a: PrintedNumber,
  b: PrintedNumber,
  metric: StudyMetric,
): (Range & { value: number }) | null {
  const [top, bottom] = higherIsBetter(metric) ? [a, b] : [b, a];
  const [t, u] = [rangeOf(top), rangeOf(bottom)];
  if (u.lo <= 0) return null;
  return { value: top.value / bottom.value, lo: t.lo / u.hi, hi: t.hi / u.lo };
}
