import type { ClaimOf } from '../claim.ts';
import { rangeOf } from '../printed-number.ts';
import type { PrintedNumber } from '../printed-number.ts';
import { findCell } from '../study-cells.ts';
import type { Study } from '../study.ts';
import { cellName, figure, metricName, rounded } from '../wording.ts';
import { notPrinted, valueOf } from './claim-verdict.ts';
import type { ClaimVerdict } from './claim-verdict.ts';

/** Further off than this, relative to the change that was printed, it is no matter of rounding or wording. */
const FAR_OFF = 0.1;

/** A percentage of change against the two rows that it is taken from. */
export function judgeChange(study: Study, claim: ClaimOf<'change'>): ClaimVerdict {
  const [from, to] = [findCell(study, claim.from), findCell(study, claim.to)];
  const [before, after] = [valueOf(from, claim.metric), valueOf(to, claim.metric)];
  if (from === null || to === null || before === null || after === null || rangeOf(before).lo <= 0)
    return notPrinted(`${cellName(claim.from)}; ${cellName(claim.to)}`);
  const [b, a] = [rangeOf(before), rangeOf(after)];
  const [lo, hi] = [100 * (a.lo / b.hi - 1), 100 * (a.hi / b.lo - 1)];
  const change = 100 * (after.value / before.value - 1);
  const printed = claim.printed_pct;
  const tolerance = toleranceOf(printed);
  const text = `${metricName(claim.metric)} of ${cellName(claim.from)} against ${cellName(claim.to)}: ${signed(change)} %`;
  if (lo <= printed.value + tolerance && hi >= printed.value - tolerance)
    return { outcome: 'holds', says: `“${claim.quote}” (${claim.at}): ${signed(change)} %.` };
  const off = Math.abs(change - printed.value) / Math.abs(printed.value);
  return {
    outcome: 'fails',
    severity: off > FAR_OFF ? 'SUSPECT' : 'NOTE',
    tables: [...new Set([...from.tables, ...to.tables])],
    rows: [cellName(claim.from), cellName(claim.to)],
    evidence: { printed_pct: printed.value, from: before.value, to: after.value, from_rows_pct: rounded(change, 5) },
    says: `“${claim.quote}” (${claim.at}): ${text}, ${figure(before.value)} to ${figure(after.value)}; printed ${signed(printed.value)} %.`,
    remedy: 'Compute percentages from the rows by program, and print the rows beside them.',
  };
}

/**
 * A percentage in prose may be rounded or cut off: one unit of its last digit, or half of what the zeros at its end may
 * hide (“4,000 %”: ± 500).
 */
function toleranceOf(printed: PrintedNumber): number {
  let unit = 10 ** -printed.decimals;
  if (printed.decimals > 0 || printed.value === 0) return unit;
  while (printed.value % (unit * 10) === 0) unit *= 10;
  return unit === 1 ? 1 : unit / 2;
}

function signed(pct: number): string {
  return pct < 0 ? figure(pct, 1) : `+${figure(pct, pct >= 100 ? 0 : 1)}`;
}
