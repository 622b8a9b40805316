import type { Finding } from '../finding.ts';
import { type CellFacts, ofCell } from './facts.ts';

/** Runner and service without a core of their own: little work at the lowest priority, but not none. */
export function coLocated(facts: CellFacts): Finding[] {
  if (!facts.usable.some(({ result }) => result.host?.co_located)) return [];
  return [
    ofCell(facts, {
      rule: 'co-located',
      severity: 'NOTE',
      evidence: {},
      says: 'The runner had no core of its own: it used what server and generator left idle.',
      remedy: 'A host with more cores keeps them apart.',
    }),
  ];
}
