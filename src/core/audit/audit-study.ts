import { SEVERITIES } from '../finding.ts';
import type { AuditReport, RuleOutcome } from './audit-report.ts';
import { summarise } from './audit-summary.ts';
import { declaredThinkTime, impliedRows } from './implied-load.ts';
import { closedLoop } from './rules/closed-loop.ts';
import { commands } from './rules/commands.ts';
import { failures } from './rules/failures.ts';
import { isolation } from './rules/isolation.ts';
import { levelMeans } from './rules/level-means.ts';
import { missingCells } from './rules/missing-cells.ts';
import { notGiven } from './rules/not-given.ts';
import { order } from './rules/order.ts';
import { percentileOrder } from './rules/percentile-order.ts';
import { printedClaims } from './rules/printed-claims.ts';
import { rawRows } from './rules/raw-rows.ts';
import { repetitions } from './rules/repetitions.ts';
import { spreads } from './rules/spreads.ts';
import { tableAgreement } from './rules/table-agreement.ts';
import { thinkTime } from './rules/think-time.ts';
import { unequalLoad } from './rules/unequal-load.ts';
import { unprintedLevels } from './rules/unprinted-levels.ts';
import { unweightedMeans } from './rules/unweighted-means.ts';
import type { Study } from './study.ts';

/** What a reader should hear first comes first; within one severity findings keep this order. */
const RULES: readonly ((study: Study) => RuleOutcome)[] = [
  thinkTime,
  unequalLoad,
  commands,
  levelMeans,
  spreads,
  percentileOrder,
  unprintedLevels,
  printedClaims,
  failures,
  rawRows,
  missingCells,
  isolation,
  unweightedMeans,
  tableAgreement,
  repetitions,
  order,
  closedLoop,
  notGiven,
];

/**
 * Holds a study's printed tables against its declared design, against arithmetic and against its own claims. A printed
 * number is called wrong only where no value that rounds to it could be right; a rule that lacks data says so.
 */
export function auditStudy(study: Study): AuditReport {
  const outcomes = RULES.map((rule) => rule(study));
  const findings = outcomes.flatMap((outcome) => outcome.findings);
  const bySeverity = SEVERITIES.flatMap((severity) => findings.filter((f) => f.severity === severity));
  const rows = [...impliedRows(study)];
  return {
    schema_version: 1,
    study: study.title,
    summary: summarise(bySeverity, rows),
    declared_think_time_s: declaredThinkTime(study.design),
    rows,
    findings: bySeverity,
    checked: outcomes.flatMap((outcome) => outcome.checked),
    not_run: outcomes.flatMap((outcome) => outcome.not_run),
  };
}
