import { eq } from 'drizzle-orm';
import type { TrialKey } from '../core/runner-protocol.ts';
import type { Block } from '../core/schedule.ts';
import type { Tx } from './client.ts';
import { experiments } from './schema/experiments.ts';
import type { JobRow } from './schema/jobs.ts';
import type { StoredTrialKey } from './trials.ts';

export async function scheduleOf(tx: Tx, job: JobRow): Promise<Block[]> {
  const [row] = await tx
    .select({ schedule: experiments.schedule })
    .from(experiments)
    .where(eq(experiments.id, job.experiment_id));
  return row?.schedule ?? [];
}

/** Place in the schedule, from 1; null: not in it. */
export function positionOf(
  { cell, block }: Pick<TrialKey, 'cell' | 'block'>,
  schedule: readonly Block[],
): number | null {
  let before = 0;
  for (const entry of schedule) {
    const index = entry.block === block ? entry.cells.indexOf(cell) : -1;
    if (index >= 0) return before + index + 1;
    before += entry.cells.length;
  }
  return null;
}

/** The trials of run 1 that the schedule asks for and nobody has stored. */
export function missingTrials(
  stored: readonly StoredTrialKey[],
  schedule: readonly Block[],
): { cell: string; block: number }[] {
  const done = new Set(stored.filter((trial) => trial.run === 1).map((trial) => `${trial.block}/${trial.cell}`));
  return schedule.flatMap(({ block, cells }) =>
    cells.filter((cell) => !done.has(`${block}/${cell}`)).map((cell) => ({ cell, block })),
  );
}
