import type { Finding } from '../finding.ts';
import { percentText } from '../number-text.ts';
import { type RequestList, stepsOf } from '../request-list.ts';
import { normalProbability } from '../stats/normal.ts';
import { type MeasuredTrial, ofTrial } from './facts.ts';

/** Of a share: less is no other load. */
const MAX_OFF = 0.03;
/** False alarms of one trial, all its request names together. */
const MAX_P = 0.001;

interface Mix {
  /** By request name: its part of the requests, if every iteration sends what it declares. */
  readonly shares: ReadonlyMap<string, number>;
  /** Steps of the longest sequence: requests come in such lots, which makes their counts vary by so much more. */
  readonly longest: number;
}

function declaredMix(list: RequestList): Mix {
  const shares = new Map<string, number>();
  const all = list.reduce((sum, item) => sum + item.weight * stepsOf(item).length, 0);
  for (const item of list)
    for (const { request } of stepsOf(item)) shares.set(request, (shares.get(request) ?? 0) + item.weight / all);
  return { shares, longest: Math.max(...list.map((item) => stepsOf(item).length)) };
}

/**
 * Were the requests of the window those of the list, by their weights? For each name z = (k − np)/√(np(1 − p)·L), L the longest
 * sequence, two-sided, Bonferroni over the names, and a share that is off by more than 3 %. Iterations that broke off after a failed step
 * are what makes it so: what then was measured is another load than that of the deployments which answered.
 */
export function workloadMix(facts: MeasuredTrial): Finding[] {
  const { workload } = facts.spec;
  const { by_request } = facts.load;
  if (workload === undefined || typeof workload === 'string' || by_request === undefined) return [];
  const { shares, longest } = declaredMix(workload);
  const n = by_request.reduce((sum, request) => sum + request.requests, 0);
  if (n === 0) return [];
  const off = by_request.flatMap(({ name, requests }) => {
    const declared = shares.get(name) ?? 0;
    const seen = requests / n;
    const spread = Math.sqrt((declared * (1 - declared) * longest) / n);
    const p =
      spread === 0 ? Number(seen === declared) : 2 * (1 - normalProbability(Math.abs(seen - declared) / spread));
    return Math.abs(seen - declared) > MAX_OFF && p * by_request.length < MAX_P ? [{ name, declared, seen }] : [];
  });
  const [worst] = off.sort((a, b) => Math.abs(b.seen - b.declared) - Math.abs(a.seen - a.declared));
  if (worst === undefined) return [];
  return [
    ofTrial(facts, {
      rule: 'workload-mix-differs',
      severity: 'INVALID',
      evidence: { request: worst.name, declared: worst.declared, seen: worst.seen, names: off.length },
      says: `${worst.name} was ${percentText(worst.seen)} of the requests; by the weights of the list it is ${percentText(worst.declared)}.`,
      remedy: 'See which steps failed: a sequence ends with the first one that does.',
    }),
  ];
}
