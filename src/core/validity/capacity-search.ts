import type { Finding } from '../finding.ts';
import { countText, measuredText } from '../number-text.ts';
import { type FindingText, type LoadFacts, ofTrial } from './facts.ts';

type Capacity = NonNullable<LoadFacts['load']['capacity']>;

/** Did the search end where the limit is? What ended for another reason found a lower bound, or nothing. */
export function capacitySearch(facts: LoadFacts): Finding[] {
  const { capacity } = facts.load;
  if (capacity === undefined) return [];
  const text = textOf(capacity);
  if (text === null) return [];
  const { rate_rps, ended, probes } = capacity;
  const evidence = { rate_rps, ended, steps: probes.length, least_rps: leastOf(capacity) };
  return [
    ofTrial(facts, {
      rule: 'capacity-search',
      ...text,
      evidence,
    }),
  ];
}

/** Whether a rate was found and the true one is higher: the generator, or somebody who stopped it, ended the search. */
export function isLeastCapacity({ capacity }: Pick<LoadFacts['load'], 'capacity'>): boolean {
  if (capacity === undefined || capacity.rate_rps === null) return false;
  return capacity.ended === 'void' || capacity.ended === 'stopped';
}

function textOf(capacity: Capacity): Omit<FindingText, 'rule' | 'evidence'> | null {
  const found = `${measuredText(capacity.rate_rps ?? 0)} requests/s`;
  switch (capacity.ended) {
    case 'failed':
      return null;
    case 'undecided':
      return {
        severity: capacity.rate_rps === null ? 'SUSPECT' : 'NOTE',
        says:
          capacity.rate_rps === null
            ? 'No step had requests enough to tell whether it met the limit, so there is no capacity.'
            : `${found} met the limit; of the next rate up its window, doubled once, was too short to tell.`,
        remedy: 'Use a longer window: more requests tell shares apart that lie closer together. Or allow more errors.',
      };
    case 'void':
      return {
        severity: 'SUSPECT',
        says:
          capacity.rate_rps === null
            ? 'The generator was late at the lowest rates that were tried, so nothing is known of the capacity.'
            : `${found} met the limit, and the generator could not offer more: the capacity is higher, nobody knows by how much.`,
        remedy: 'Give the generator more or faster cores.',
      };
    case 'stopped':
      return {
        severity: 'SUSPECT',
        says: `The search was stopped after ${countText(capacity.probes.length, 'step')}: what met the limit by then is no more than a lower bound.`,
        remedy: 'Let it end: raise timeout_minutes.',
      };
    default:
      return {
        severity: 'SUSPECT',
        says: `No rate down to ${measuredText(leastOf(capacity) ?? 0)} requests/s met the limit, so there is no capacity.`,
        remedy: 'Ask for a limit that one request alone meets; see the steps in the trial.',
      };
  }
}

function leastOf({ probes }: Capacity): number | null {
  return probes.length === 0 ? null : Math.min(...probes.map(({ rate_rps }) => rate_rps));
}
