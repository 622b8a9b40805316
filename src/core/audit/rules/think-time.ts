import { NOTHING } from '../audit-report.ts';
import type { AuditRow, RuleOutcome } from '../audit-report.ts';
import { declaredThinkTime, impliedRows } from '../implied-load.ts';
import type { Study } from '../study.ts';
import { cellName, counted, figure, listed, rounded, span } from '../wording.ts';

const RULE = 'think-time';

/** Does each row's implied pause between requests lie within the declared one? */
export function thinkTime(study: Study): RuleOutcome {
  const declared = declaredThinkTime(study.design);
  if (declared === null)
    return {
      ...NOTHING,
      not_run: [{ rule: RULE, reason: 'the design declares no think time (`design.think_time_s`)' }],
    };
  const rows = impliedRows(study);
  if (rows.length === 0)
    return {
      ...NOTHING,
      not_run: [{ rule: RULE, reason: 'no row gives users, throughput and mean latency together' }],
    };
  const wrong = rows.filter((row) => row.contradicts_design === true);
  const unbounded = rows.every((row) => row.think_time_at_least_s === null);
  const notRun = unbounded
    ? [{ rule: RULE, reason: 'pauses that are too long cannot be told: ramp or duration is not declared' }]
    : [];
  const fine = rows.length - wrong.length;
  return {
    findings: wrong.length === 0 ? [] : [finding(wrong, rows, declared)],
    checked: fine === 0 ? [] : [{ rule: RULE, says: `${counted(fine, 'row')} may have had the declared think time.` }],
    not_run: notRun,
  };
}

function perTable(wrong: readonly AuditRow[], rows: readonly AuditRow[]): string {
  const tables = [...new Set(wrong.flatMap((row) => row.tables))];
  const parts = tables.map((table) => {
    const within = (row: AuditRow): boolean => row.tables.includes(table);
    const [n, of] = [wrong.filter(within).length, rows.filter(within).length];
    return `${n === of ? `all ${of}` : `${n} of ${of}`} rows of ${table}`;
  });
  return listed(parts);
}

function finding(
  wrong: readonly AuditRow[],
  rows: readonly AuditRow[],
  declared: { readonly min: number; readonly max: number },
): RuleOutcome['findings'][number] {
  const implied = wrong.map((row) => row.think_time_implied_s);
  const [lo, hi] = [Math.min(...implied), Math.max(...implied)];
  const least = Math.min(...wrong.map((row) => row.think_time_at_least_s ?? row.think_time_at_most_s));
  const tooLong = wrong.every((row) => (row.think_time_at_least_s ?? 0) > declared.max);
  const range = declared.min === declared.max ? figure(declared.min) : span(declared.min, declared.max);
  const where = perTable(wrong, rows);
  return {
    rule: RULE,
    severity: 'INVALID',
    tables: [...new Set(wrong.flatMap((row) => row.tables))],
    rows: wrong.map(cellName),
    evidence: {
      rows_contradicting: wrong.length,
      rows_checked: rows.length,
      declared_min_s: declared.min,
      declared_max_s: declared.max,
      implied_min_s: rounded(lo),
      implied_max_s: rounded(hi),
      least_possible_s: rounded(least),
    },
    says:
      `${where.charAt(0).toUpperCase()}${where.slice(1)} contradict the declared think time of ${range} s: throughput and ` +
      `latency imply ${span(lo, hi, 1)} s between an answer and the next request` +
      (tooLong ? `, at least ${figure(least)} s whatever ramp, rounding and failures did.` : '.'),
    remedy:
      'Find out what the users did: fewer of them than declared, a longer pause, or a load generator that was late. ' +
      'Until then no row says what the server could do.',
  };
}
