import type { Random } from '../../src/core/random.ts';
import { type Kind, KINDS } from './faults.ts';
import { type Phase, PHASES } from './phase-watch.ts';
import type { Tally } from './tally.ts';

export interface Choice {
  readonly tally: Tally;
  /** So often each possible pair of fault and phase is wanted. */
  readonly goal: number;
  /** Whether a fault may be put there now. */
  readonly isAllowed: (kind: Kind, phase: Phase) => boolean;
}

/**
 * How much a phase needs the next fault, to be compared with other phases: the number of faults that its pairs still lack, so none where
 * all have been; once no pair lacks any, more where there have been fewer.
 */
export function needOf(phase: Phase, choice: Choice): number {
  const { tally, goal } = choice;
  const kinds = KINDS.filter((kind) => choice.isAllowed(kind, phase));
  if (isReached(choice)) {
    return kinds.length === 0 ? 0 : 1 / (1 + Math.min(...kinds.map((kind) => tally.count(kind, phase)))) ** 2;
  }
  return kinds.reduce((sum, kind) => sum + Math.max(0, goal - tally.count(kind, phase)), 0);
}

/** The kinds of fault to put into a phase, the scarcest first, drawn where they are equal: none that would not bring the goal nearer. */
export function dueKinds(phase: Phase, choice: Choice, random: Random): Kind[] {
  const { tally, goal } = choice;
  const isOver = isReached(choice);
  return KINDS.filter((kind) => choice.isAllowed(kind, phase) && (isOver || tally.lacks(kind, phase, goal)))
    .map((kind) => ({ kind, rank: tally.count(kind, phase) + random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ kind }) => kind);
}

const isReached = ({ tally, goal }: Choice): boolean =>
  KINDS.every((kind) => PHASES.every((phase) => !tally.lacks(kind, phase, goal)));
