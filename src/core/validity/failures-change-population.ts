import type { Finding } from '../finding.ts';
import { percentText } from '../number-text.ts';
import { errorRate } from '../stats/error-rate.ts';
import { failedCount } from './accounting.ts';
import { type CellFacts, ofCell } from './facts.ts';

export const FAILURES_RULE = 'failures-change-population';
const MAX_ERROR_RATE = 0.01;

/** With many failures the requests that were answered are another population than those that were asked. */
export function failuresChangePopulation(facts: CellFacts): Finding[] {
  const counts = facts.usable.map(({ load }) => ({ failed: failedCount(load), total: load.ok + failedCount(load) }));
  const rate = errorRate(counts);
  if (!rate.ok || rate.lo <= MAX_ERROR_RATE) return [];
  return [
    ofCell(facts, {
      rule: FAILURES_RULE,
      severity: 'SUSPECT',
      evidence: { error_rate: rate.value, lo: rate.lo, hi: rate.hi },
      says: `${percentText(rate.value)} of the requests failed (at least ${percentText(rate.lo)}): latency is not compared.`,
      remedy: 'See the classes of the failures in the trial, and the output of the server.',
    }),
  ];
}
