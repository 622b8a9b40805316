import { NOTHING } from '../audit-report.ts';
import type { AuditFinding, RuleOutcome } from '../audit-report.ts';
import { rangeOf } from '../printed-number.ts';
import { cellsAcrossLevels, levelsOf, meansOf, metricOf } from '../study-cells.ts';
import type { StudyCell } from '../study-cells.ts';
import type { Study } from '../study.ts';
import { cellName, counted, figure, listed, rounded } from '../wording.ts';

const RULE = 'unprinted-levels';
const METRIC = 'latency_mean_ms';

/** Hidden levels this many times slower than the same levels elsewhere are worth a question. */
const WORTH_ASKING = 2;

interface Implied {
  readonly mean: StudyCell;
  readonly hidden: readonly number[];
  /** Mean over the hidden levels, at least, rounding included. */
  readonly implied_ms: number;
  /** The same levels with another worker count. */
  readonly elsewhere_ms: number;
  readonly elsewhere_workers: number | null;
}

/** What a mean over levels, less the levels printed, says about those that are not. */
export function unprintedLevels(study: Study): RuleOutcome {
  const implied = meansOf(study).flatMap((mean) => impliedBy(study, mean) ?? []);
  if (implied.length === 0)
    return {
      ...NOTHING,
      not_run: [{ rule: RULE, reason: 'no mean over levels hides a level that is printed elsewhere' }],
    };
  const odd = implied.filter((x) => x.implied_ms > WORTH_ASKING * x.elsewhere_ms);
  return { findings: odd.length === 0 ? [] : [finding(odd)], checked: [], not_run: [] };
}

function impliedBy(study: Study, mean: StudyCell): Implied | null {
  const levels = levelsOf(study);
  const printed = metricOf(mean, METRIC);
  const own = cellsAcrossLevels(study, mean.deployment, mean.workers);
  const hidden = levels.filter((users) => !own.has(users));
  if (printed === null || hidden.length === 0 || hidden.length === levels.length) return null;
  const known = levels.flatMap((users) => valueAt(own, users) ?? []);
  if (known.length + hidden.length !== levels.length) return null;
  const rest = levels.length * rangeOf(printed).lo - known.reduce((sum, x) => sum + x.hi, 0);
  for (const workers of study.design.workers) {
    const other = cellsAcrossLevels(study, mean.deployment, workers);
    const same = hidden.flatMap((users) => valueAt(other, users) ?? []);
    if (same.length !== hidden.length) continue;
    const elsewhere_ms = same.reduce((sum, x) => sum + (x.lo + x.hi) / 2, 0) / same.length;
    return { mean, hidden, implied_ms: rest / hidden.length, elsewhere_ms, elsewhere_workers: workers };
  }
  return null;
}

function valueAt(
  cells: ReadonlyMap<number, StudyCell>,
  users: number,
): { readonly lo: number; readonly hi: number } | null {
  const cell = cells.get(users);
  const printed = cell === undefined ? null : metricOf(cell, METRIC);
  return printed === null ? null : rangeOf(printed);
}

function finding(odd: readonly Implied[]): AuditFinding {
  const parts = odd.map(
    (x) =>
      `${x.mean.deployment} ${figure(x.implied_ms, 0)} ms with ${counted(x.mean.workers ?? 0, 'worker')} ` +
      `(${figure(x.elsewhere_ms, 0)} ms with ${x.elsewhere_workers ?? 0})`,
  );
  const hidden = [...new Set(odd.flatMap((x) => x.hidden))].map(String);
  return {
    rule: RULE,
    severity: 'SUSPECT',
    tables: [...new Set(odd.flatMap((x) => x.mean.tables))],
    rows: odd.map((x) => cellName(x.mean)),
    evidence: Object.fromEntries(
      odd.flatMap((x) => [
        [`${x.mean.deployment}_${x.mean.workers ?? 0}w_implied_ms`, rounded(x.implied_ms)],
        [`${x.mean.deployment}_${x.elsewhere_workers ?? 0}w_printed_ms`, rounded(x.elsewhere_ms)],
      ]),
    ),
    says:
      `Levels that are not printed (${listed(hidden)} users) hide something: the means over levels imply mean latencies ` +
      `there of ${listed(parts)}.`,
    remedy: 'Print every cell. Either these means are wrong, or light load became far slower with more workers.',
  };
}
