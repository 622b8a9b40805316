import type { LoadFinding } from '../../core/load-document.ts';
import { wrapText } from '../terminal/wrap-text.ts';

/** Of these the report says as much elsewhere: the trust line, the answer of a search, the line that names the model. */
const SAID = new Set(['generator-lag', 'bottleneck', 'capacity-search', 'closed-loop']);

const INDENTS = { first: '', rest: '  ' };

/** What the rules of validity say of the run, as far as nothing else in the report does. */
export function findingLines(findings: readonly LoadFinding[], width: number): readonly string[] {
  return findings
    .filter(({ rule }) => !SAID.has(rule))
    .flatMap(({ severity, rule, says }) => wrapText(`${severity} ${rule}: ${says}`, width, INDENTS));
}
