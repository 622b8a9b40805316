import type { Comparison } from '../core/results.ts';

/** The verdict of a comparison as people are told: of a latency "faster" would be understood, of memory it would not. */
export const VERDICT_TEXTS: Readonly<Record<Comparison['verdict'], string>> = {
  faster: 'better',
  slower: 'worse',
  equivalent: 'equivalent',
  inconclusive: 'inconclusive',
  'not-testable': 'not testable',
};

/** Before the ratio of a pair of which one value is a lower bound: the true one is farther from 1. */
export function boundSign({ bound, ratio }: Pick<Comparison, 'bound' | 'ratio'>): '' | '≥ ' | '≤ ' {
  if (!bound || ratio === null) return '';
  return ratio > 1 ? '≥ ' : '≤ ';
}
