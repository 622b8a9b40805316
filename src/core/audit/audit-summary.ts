import { SEVERITIES } from '../finding.ts';
import type { AuditFinding, AuditRow } from './audit-report.ts';
import { counted, listed } from './wording.ts';

/** What each INVALID rule means for a reader, in half a sentence. */
const MEANS: Readonly<Record<string, string>> = {
  'think-time': 'the users did not do what is declared',
  'unequal-load': 'the deployments were not given the same load',
  command: 'a deployment cannot have run as declared',
  'level-means': 'some means cannot come from their rows',
  'standard-deviation': 'some standard deviations cannot come from their rows',
  'percentile-order': 'some latencies contradict each other',
};

/** The audit in one paragraph. */
export function summarise(findings: readonly AuditFinding[], rows: readonly AuditRow[]): string {
  if (findings.length === 0) return 'Nothing that could be checked speaks against this study.';
  const counts = SEVERITIES.flatMap((severity) => {
    const n = findings.filter((f) => f.severity === severity).length;
    return n === 0 ? [] : [`${n} ${severity}`];
  });
  const invalid = [...new Set(findings.filter((f) => f.severity === 'INVALID').map((f) => f.rule))];
  const reasons = invalid.map((rule) => MEANS[rule] ?? rule);
  const wrong = rows.filter((row) => row.contradicts_design === true).length;
  const first = `${counted(findings.length, 'finding')}: ${listed(counts)}.`;
  const second = reasons.length === 0 ? 'None of them rules out a printed number.' : `${capital(listed(reasons))}.`;
  const third =
    wrong === 0 ? '' : ` ${wrong} of ${counted(rows.length, 'printed cell')} contradict the declared design.`;
  const loads = invalid.includes('think-time') || invalid.includes('unequal-load');
  const last = loads ? ' These tables show what the servers were asked for, not what they can do.' : '';
  return `${first} ${second}${third}${last}`;
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
