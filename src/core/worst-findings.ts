import type { Finding } from './finding.ts';

type Evidence = Finding['evidence'];

const numberOf = (value: Evidence[string] | undefined): number => (typeof value === 'number' ? value : 0);
const shareOf = (part: Evidence[string] | undefined, whole: Evidence[string] | undefined): number =>
  numberOf(part) / Math.max(1, numberOf(whole));

/** How bad a finding of its rule is: of rules that speak of a share of a trial. */
const BADNESS: Readonly<Record<string, (evidence: Evidence) => number>> = {
  'generator-lag': ({ contaminated, requests }) => shareOf(contaminated, requests),
  'noisy-host': ({ steal, foreign_cpu_share }) => Math.max(numberOf(steal), numberOf(foreign_cpu_share)),
  overloaded: ({ unanswered, arrivals }) => shareOf(unanswered, arrivals),
};

/** Whether the findings of a rule can be told apart by how bad they are. */
export function hasWorst(rule: string): boolean {
  return Object.hasOwn(BADNESS, rule);
}

function badness({ rule, evidence }: Finding): number {
  return hasWorst(rule) ? (BADNESS[rule]?.(evidence) ?? 0) : 0;
}

/** Findings of one rule with the worst first: who reads one of them reads that. In their order where the rule has no measure. */
export function worstFirst(findings: readonly Finding[]): Finding[] {
  return [...findings].sort((a, b) => badness(b) - badness(a));
}
