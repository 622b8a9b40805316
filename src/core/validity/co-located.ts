import type { Finding } from '../finding.ts';
import { type CellFacts, ofCell } from './facts.ts';

/** Runner and service on the generator's cores: little work, but not none. */
export function coLocated(facts: CellFacts): Finding[] {
  if (!facts.usable.some(({ result }) => result.host?.co_located)) return [];
  return [
    ofCell(facts, {
      rule: 'co-located',
      severity: 'NOTE',
      evidence: {},
      says: "The runner shared the generator's cores.",
      remedy: 'A host with more cores keeps them apart.',
    }),
  ];
}
