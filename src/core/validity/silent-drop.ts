import type { Finding } from '../finding.ts';
import type { Block } from '../schedule.ts';

export interface DropFacts {
  readonly schedule: readonly Block[];
  /** Every trial that has a result, good or not. */
  readonly trials: readonly { readonly cell: string; readonly block: number }[];
  /** Did the experiment run to its end? A canceled or expired one has a reason for what is missing. */
  readonly complete: boolean;
}

/** A repetition that is neither measured nor explained. A study that loses runs without a word cannot be checked. */
export function silentDrop({ schedule, trials, complete }: DropFacts): Finding[] {
  if (!complete) return [];
  const there = new Set(trials.map(({ cell, block }) => `${block} ${cell}`));
  return schedule.flatMap(({ block, cells }) =>
    cells
      .filter((cell) => !there.has(`${block} ${cell}`))
      .map((cell) => ({
        rule: 'silent-drop',
        severity: 'INVALID' as const,
        cell,
        trial: `${block}/1`,
        evidence: { block },
        says: `The trial of block ${block} is missing without a reason.`,
        remedy: 'This is a fault of the runner or the service: please report it.',
      })),
  );
}
