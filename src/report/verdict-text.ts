import type { Comparison } from '../core/results.ts';

/** The verdict of a comparison as people are told: of a latency "faster" would be understood, of memory it would not. */
export const VERDICT_TEXTS: Readonly<Record<Comparison['verdict'], string>> = {
  faster: 'better',
  slower: 'worse',
  equivalent: 'equivalent',
  inconclusive: 'inconclusive',
  'not-testable': 'not testable',
};
