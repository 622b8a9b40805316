import type { Finding } from '../finding.ts';
import { ofTrial, type TrialFacts } from './facts.ts';

/** The contract suite before timing found a wrong answer: the deployment does other work than the rest. */
export function contractMismatch(facts: TrialFacts): Finding[] {
  const { failure } = facts.result;
  if (failure?.reason !== 'contract-mismatch') return [];
  return [
    ofTrial(facts, {
      rule: 'contract-mismatch',
      severity: 'INVALID',
      evidence: { checks: facts.result.contract_checks },
      says: `The contract was not met before timing: ${failure.says}`,
      remedy: `Mend the application, then look with \`benchwright targets verify ${facts.cell.target}\`.`,
    }),
  ];
}
