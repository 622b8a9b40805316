import type { Finding } from '../finding.ts';
import { type CellFacts, type LoadsOfCell, ofCell } from './facts.ts';

/** In a closed model a slow answer delays the next request, so the server is spared the load that it cannot bear. */
export function closedLoop(facts: CellFacts): Finding[] {
  return facts.cell.load.model === 'closed' && facts.usable.length > 0 ? closedLoopOf(facts) : [];
}

/** Of a cell or a run that is closed. */
export function closedLoopOf(facts: Pick<LoadsOfCell, 'cell'>): Finding[] {
  return [
    ofCell(facts, {
      rule: 'closed-loop',
      severity: 'NOTE',
      evidence: {},
      says: 'Closed model: users wait for answers before they ask again, so this latency answers no service-level question.',
      remedy: null,
    }),
  ];
}
