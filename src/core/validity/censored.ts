import type { Finding } from '../finding.ts';
import { listText } from '../number-text.ts';
import { isLeastCapacity } from './capacity-search.ts';
import { type LoadsOfCell, ofCell } from './facts.ts';

/** Percentiles (and the mean) of which a usable trial knows only a lower bound, in the engine's order. */
export function censoredIn(facts: Pick<LoadsOfCell, 'usable'>): string[] {
  return [...new Set(facts.usable.flatMap(({ load }) => load.censored))];
}

/** All that a usable trial knows only a lower bound of: those, and the capacity. */
export function boundedIn(facts: Pick<LoadsOfCell, 'usable'>): string[] {
  return [...censoredIn(facts), ...(facts.usable.some(({ load }) => isLeastCapacity(load)) ? ['capacity'] : [])];
}

/** A failed request has no latency, only a least one: what stands at or above it is a lower bound. */
export function censored(facts: LoadsOfCell): Finding[] {
  const which = censoredIn(facts);
  if (which.length === 0) return [];
  return [
    ofCell(facts, {
      rule: 'censored',
      severity: 'NOTE',
      evidence: { which: which.join(',') },
      says: `Failed requests count with at least the timeout, so ${listText(which)} ${which.length === 1 ? 'is a lower bound' : 'are lower bounds'} (≥).`,
      remedy: null,
    }),
  ];
}
