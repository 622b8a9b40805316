import type { Finding } from '../finding.ts';
import { countText } from '../number-text.ts';
import { type CellFacts, ofCell } from './facts.ts';

/** With fewer, t is so large that only coarse differences show, and no rank test can reach 5 %. */
const STRONG = 5;

/** `no-interval` for one usable trial, `weak-repetitions` for two to four. */
export function fewRepetitions(facts: CellFacts): Finding[] {
  const n = facts.usable.length;
  if (n === 0 || n >= STRONG) return [];
  const one = n === 1;
  return [
    ofCell(facts, {
      rule: one ? 'no-interval' : 'weak-repetitions',
      severity: 'NOTE',
      evidence: { n },
      says: one
        ? 'There is one usable trial: no interval is possible.'
        : `There are ${countText(n, 'usable trial')}: the interval rests on the assumption that their logarithms are normal.`,
      remedy: `Use ${STRONG} repetitions or more.`,
    }),
  ];
}
