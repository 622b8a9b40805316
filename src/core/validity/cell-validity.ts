import type { Finding } from '../finding.ts';
import { type CellFacts, trialName } from './facts.ts';

/** Rules of which one trial is enough: the deployment did other work, or the record has a hole. */
const AT_ONCE = new Set(['contract-mismatch', 'workload-mix-differs', 'payload-drift', 'silent-drop']);
const SUSPECT_SHARE = 1 / 2;

export type Validity = 'valid' | 'suspect' | 'invalid';

/**
 * May the cell's values be believed? `findings` are all of the cell and of its trials. Invalid: by a finding about the
 * cell (too few usable trials among them) or one that a single trial is enough for. Suspect: by a finding about the cell,
 * or when at least half of the usable trials are suspect.
 */
export function cellValidity(facts: Pick<CellFacts, 'usable'>, findings: readonly Finding[]): Validity {
  const about = (severity: Finding['severity']) => findings.filter((f) => f.severity === severity);
  if (about('INVALID').some((f) => f.trial === null || AT_ONCE.has(f.rule))) return 'invalid';
  const suspects = about('SUSPECT');
  if (suspects.some((f) => f.trial === null)) return 'suspect';
  const named = new Set(suspects.map((f) => f.trial));
  const count = facts.usable.filter(({ result }) => named.has(trialName(result))).length;
  return count > 0 && count >= SUSPECT_SHARE * facts.usable.length ? 'suspect' : 'valid';
}
