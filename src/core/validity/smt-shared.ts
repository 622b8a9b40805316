import type { Finding } from '../finding.ts';
import { type CellFacts, ofCell } from './facts.ts';

/** Two threads of one physical core are not two cores. */
export function smtShared(facts: CellFacts): Finding[] {
  if (!facts.usable.some(({ result }) => result.host?.smt_shared)) return [];
  return [
    ofCell(facts, {
      rule: 'smt-shared',
      severity: 'SUSPECT',
      evidence: {},
      says: 'Server and generator ran on threads of the same physical cores.',
      remedy: 'Choose whole physical cores for each, or switch simultaneous multithreading off.',
    }),
  ];
}
