import type { AuditReport } from '../core/audit/audit-report.ts';
import { checkedText, findingsText } from './audit/findings-text.ts';
import { rowsText } from './audit/rows-text.ts';
import { painter } from './terminal/paint.ts';
import { wrapText } from './terminal/wrap-text.ts';

export interface TextOptions {
  readonly color: boolean;
  /** Columns of the terminal. */
  readonly width: number;
}

/** Longer lines are tiring to read, however wide the terminal is. */
const WIDEST = 100;

/** An audit as text for a terminal, its lines at most `width` and never more than 100 columns; ends with a line feed. */
export function renderAuditText(report: AuditReport, { color, width }: TextOptions): string {
  const paint = painter(color);
  const columns = Math.min(WIDEST, width);
  const plain = { first: '', rest: '' };
  const lines = [
    ...wrapText(`Audit of “${report.study}”`, columns, plain).map((line) => paint('bold', line)),
    '',
    ...wrapText(report.summary, columns, plain),
    '',
    ...rowsText(report, columns, paint),
    ...findingsText(report, columns, paint),
    ...checkedText(report, columns, paint),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}
