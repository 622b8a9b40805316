import { type Cell, expandMatrix } from '../core/matrix.ts';
import type { ClaimedJob, TrialKey } from '../core/runner-protocol.ts';
import { parseSpec } from '../core/spec-parse.ts';
import type { Spec } from '../core/spec.ts';

/** A claimed job, decoded. */
export interface JobPlan {
  readonly spec: Spec;
  readonly cells: ReadonlyMap<string, Cell>;
  /** Every planned trial in its order, which the service drew. */
  readonly trials: readonly PlannedTrial[];
  readonly blocks: readonly number[];
}

export interface PlannedTrial {
  readonly cell: Cell;
  readonly block: number;
  /** Place in the whole order, from 1. */
  readonly k: number;
}

/** Throws where spec and schedule do not fit: the service and this runner then speak of different things. */
export function planOf(job: Pick<ClaimedJob, 'spec' | 'schedule'>): JobPlan {
  const parsed = parseSpec(job.spec, { offers: null });
  if (!parsed.ok) throw new Error(`the job's spec is not valid: ${JSON.stringify(parsed.problems)}`);
  const spec: Spec = { ...parsed.spec, seed: parsed.spec.seed ?? 0 };
  const cells = new Map(expandMatrix(spec).map((cell) => [cell.cell, cell]));
  let k = 0;
  const trials = job.schedule.flatMap(({ block, cells: slugs }) =>
    slugs.map((slug): PlannedTrial => {
      const cell = cells.get(slug);
      if (cell === undefined) throw new Error(`the job's schedule names a cell that its spec does not have: ${slug}`);
      k += 1;
      return { cell, block, k };
    }),
  );
  return { spec, cells, trials, blocks: job.schedule.map(({ block }) => block) };
}

export const trialKeyText = (key: TrialKey): string => `${key.block}/${key.run}/${key.cell}`;
