import { SEVERITIES } from '../../core/finding.ts';
import type { Severity } from '../../core/finding.ts';
import type { AuditFinding, AuditReport } from '../../core/audit/audit-report.ts';
import { counted } from '../../core/audit/wording.ts';
import type { Paint, Style } from '../terminal/paint.ts';
import { printable, wrapText } from '../terminal/wrap-text.ts';

const STYLE: Readonly<Record<Severity, Style>> = { INVALID: 'red', SUSPECT: 'yellow', NOTE: 'cyan' };
const SENSE: Readonly<Record<Severity, string>> = {
  INVALID: 'cannot be right',
  SUSPECT: 'do not lean on it',
  NOTE: 'know this when you read it',
};
const TEXT = { first: '  ', rest: '  ' } as const;
const BULLET = { first: '  • ', rest: '    ' } as const;
const REMEDY = { first: '  → ', rest: '    ' } as const;

/** Findings by severity; those of one rule share a heading, and a remedy that they share is printed once. */
export function findingsText(report: AuditReport, width: number, paint: Paint): readonly string[] {
  return SEVERITIES.flatMap((severity) => {
    const ofSeverity = report.findings.filter((f) => f.severity === severity);
    if (ofSeverity.length === 0) return [];
    const rules = [...new Set(ofSeverity.map((f) => f.rule))];
    const title = `${severity} · ${SENSE[severity]} · ${counted(ofSeverity.length, 'finding')}`;
    return [
      paint('bold', paint(STYLE[severity], title)),
      '',
      ...rules.flatMap((rule) =>
        ruleText(
          ofSeverity.filter((f) => f.rule === rule),
          width,
          paint,
        ),
      ),
    ];
  });
}

function ruleText(findings: readonly AuditFinding[], width: number, paint: Paint): readonly string[] {
  const [first] = findings;
  if (first === undefined) return [];
  const tables = [...new Set(findings.flatMap((f) => f.tables))].map(printable).join(', ');
  const remedies = [...new Set(findings.map((f) => f.remedy))];
  const indents = findings.length > 1 ? BULLET : TEXT;
  return [
    `  ${paint('bold', first.rule)}${tables === '' ? '' : paint('dim', `  ${tables}`)}`,
    ...findings.flatMap((f) => wrapText(f.says, width, indents)),
    ...remedies.flatMap((remedy) => wrapText(remedy, width, REMEDY)).map((line) => paint('dim', line)),
    '',
  ];
}

/** What was checked and stands, and what could not be checked: a silence is not a pass. */
export function checkedText(report: AuditReport, width: number, paint: Paint): readonly string[] {
  const claims = report.checked.filter((c) => c.rule === 'printed-claim').length;
  const against = report.findings.filter((f) => f.rule === 'printed-claim').length;
  const others = report.checked.filter((c) => c.rule !== 'printed-claim').map((c) => c.says);
  const stands = [
    ...(claims === 0 ? [] : [`${claims} of ${claims + against} printed sentences and test cases agree with the rows.`]),
    ...others,
  ];
  const unchecked = report.not_run.map(({ rule, reason }) => `${rule}: ${reason}`);
  const block = (title: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : [paint('bold', title), ...lines.flatMap((line) => wrapText(line, width, BULLET)), ''];
  return [...block('Checked, and stands', stands), ...block('Not checked', unchecked)];
}
