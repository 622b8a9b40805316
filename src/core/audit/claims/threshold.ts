import type { ClaimOf } from '../claim.ts';
import { rangeOf } from '../printed-number.ts';
import { findCell } from '../study-cells.ts';
import type { Study } from '../study.ts';
import { cellName, figure, metricName, unitOf } from '../wording.ts';
import { notPrinted, valueOf } from './claim-verdict.ts';
import type { ClaimVerdict } from './claim-verdict.ts';

/** A row's value against a limit: a test case, or "errors above 3 %". */
export function judgeThreshold(study: Study, claim: ClaimOf<'threshold'>): ClaimVerdict {
  const cell = findCell(study, claim.cell);
  const printed = valueOf(cell, claim.metric);
  if (cell === null || printed === null) return notPrinted(cellName(claim.cell));
  const { lo, hi } = rangeOf(printed);
  const { op, value } = claim;
  const holds = op === '<' ? lo < value : op === '>' ? hi > value : lo <= value && value <= hi;
  const unit = unitOf(claim.metric);
  const says = `“${claim.quote}” (${claim.at}): ${metricName(claim.metric)} of ${cellName(cell)} is ${figure(printed.value, 3)} ${unit}`;
  if (holds) return { outcome: 'holds', says: `${says}.` };
  return {
    outcome: 'fails',
    severity: 'SUSPECT',
    tables: [...cell.tables],
    rows: [cellName(cell)],
    evidence: { printed: printed.value, claimed: `${op} ${value}` },
    says: `${says}, not ${op} ${figure(value, 3)} ${unit}.`,
    remedy: 'Hold each sentence against its rows before printing it.',
  };
}
