import type { Finding } from '../finding.ts';
import { countText } from '../number-text.ts';
import { type CellFacts, ofCell } from './facts.ts';

/** Under three values an interval is too wide to say anything; a design that asked for fewer is held to its own number. */
const LEAST_USABLE = 3;
const MAX_LOST_SHARE = 1 / 3;

/** Too many trials of the cell failed or are invalid: those that are left are a selection. */
export function unusableTrials(facts: CellFacts): Finding[] {
  const trials = facts.counted.length;
  const usable = facts.usable.length;
  const lost = trials - usable;
  const least = Math.min(LEAST_USABLE, facts.spec.repetitions);
  const tooMany = trials > 0 && lost / trials > MAX_LOST_SHARE;
  const tooFew = usable + facts.remaining < least;
  if (!tooMany && !tooFew) return [];
  const says =
    trials === 0
      ? 'No trial of the cell was run.'
      : tooMany
        ? `${lost} of ${countText(trials, 'trial')} cannot be used, more than a third.`
        : `${countText(usable, 'usable trial')} of ${facts.spec.repetitions} declared: at least ${least} are needed.`;
  return [
    ofCell(facts, {
      rule: 'unusable-trials',
      severity: 'INVALID',
      evidence: { trials, usable, declared: facts.spec.repetitions },
      says,
      remedy: 'See the reason of each trial.',
    }),
  ];
}
