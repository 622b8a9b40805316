import type { Finding } from './finding.ts';

type Evidence = Finding['evidence'];

const numberOf = (value: Evidence[string] | undefined): number => (typeof value === 'number' ? value : 0);
const shareOf = (part: Evidence[string] | undefined, whole: Evidence[string] | undefined): number =>
  numberOf(part) / Math.max(1, numberOf(whole));

/** How bad a finding of its rule is: of rules that speak of a share of a trial. */
const BADNESS = new Map<string, (evidence: Evidence) => number>(
  Object.entries({
    'generator-lag': ({ contaminated, requests, long_turns_share }) =>
      Math.max(shareOf(contaminated, requests), numberOf(long_turns_share)),
    'noisy-host': ({ steal, foreign_cpu_share }) => numberOf(steal) + numberOf(foreign_cpu_share),
    overloaded: ({ unanswered, grown, arrivals }) => Math.max(shareOf(unanswered, arrivals), shareOf(grown, arrivals)),
  } satisfies Record<string, (evidence: Evidence) => number>),
);

/** Whether the findings of a rule can be told apart by how bad they are. */
export function hasWorst(rule: string): boolean {
  return BADNESS.has(rule);
}

function badness({ rule, evidence }: Finding): number {
  return BADNESS.get(rule)?.(evidence) ?? 0;
}

/** Findings of one rule with the worst first: who reads one of them reads that. In their order where the rule has no measure. */
export function worstFirst(findings: readonly Finding[]): Finding[] {
  return [...findings].sort((a, b) => badness(b) - badness(a));
}
