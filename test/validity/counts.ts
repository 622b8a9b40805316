import { geometricInterval } from '../../src/core/stats/cell-interval.ts';
import type { Cost } from './calibration.ts';
import { GOAL_RUNS, type Kind, KINDS } from './kinds.ts';
import { median } from './median.ts';
import type { RunRecord } from './run-record.ts';

export const OUTCOMES = ['slower', 'inconclusive', 'not slower', 'faster'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** What the gate said of a run. A run that it could not judge, for whatever reason, is inconclusive. */
export function outcomeOf({ verdict, head }: Pick<RunRecord, 'verdict' | 'head'>): Outcome {
  if (verdict === 'failed') return 'slower';
  if (verdict !== 'passed') return 'inconclusive';
  return head === 'faster' ? 'faster' : 'not slower';
}

export interface Counts {
  readonly kind: Kind;
  readonly runs: number;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  /** Called slower by CPU per request instead of throughput. */
  readonly slower_by_cpu: number;
  /** Geometric mean over the runs, with its interval; null: fewer than two runs have one. */
  readonly cost: Cost | null;
  /** Medians over the runs that have a ratio; NaN: none has. */
  readonly ratio: number;
  readonly width: number;
  readonly seconds_median: number;
  readonly seconds_most: number;
  /** Null: there are fewer runs than the goal is stated for. */
  readonly met: boolean | null;
}

export function countsOf(runs: readonly RunRecord[]): Counts[] {
  return KINDS.map((kind) =>
    countsOfKind(
      kind,
      runs.filter((run) => run.kind === kind.kind),
    ),
  );
}

function countsOfKind(kind: Kind, runs: readonly RunRecord[]): Counts {
  const all = runs.map(outcomeOf);
  const count = (outcome: Outcome): number => all.filter((each) => each === outcome).length;
  const outcomes = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, count(outcome)])) as Counts['outcomes'];
  const cost = geometricInterval(runs.flatMap((run) => (run.cost === null ? [] : [run.cost.ratio])));
  return {
    kind,
    runs: runs.length,
    outcomes,
    slower_by_cpu: runs.filter(({ head_by_cpu }) => head_by_cpu === 'slower').length,
    cost: cost.ok ? { ratio: cost.value, lo: cost.lo, hi: cost.hi } : null,
    ratio: median(runs.flatMap(({ ratio }) => (ratio === null ? [] : [ratio]))),
    width: median(runs.flatMap(({ lo, hi }) => (lo === null || hi === null ? [] : [hi - lo]))),
    seconds_median: median(runs.map(({ seconds }) => seconds)),
    seconds_most: Math.max(...runs.map(({ seconds }) => seconds)),
    met: runs.length < GOAL_RUNS ? null : isMet(kind, outcomes, runs.length),
  };
}

/** More runs than 20 are held to the same share. */
function isMet({ planted, goal }: Kind, { slower, faster }: Counts['outcomes'], runs: number): boolean {
  const share = goal / GOAL_RUNS;
  return planted === 0 ? slower + faster <= share * runs : slower >= share * runs;
}

/** How the program ends: 0 all goals met, 1 one missed, 3 there is more to do. */
export function exitCodeOf(counts: readonly Pick<Counts, 'met'>[]): 0 | 1 | 3 {
  if (counts.some(({ met }) => met === false)) return 1;
  return counts.some(({ met }) => met === null) ? 3 : 0;
}
