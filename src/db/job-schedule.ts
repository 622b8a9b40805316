import { type SQL, eq, sql } from 'drizzle-orm';
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

/**
 * A trial's place in the schedule, from 1, as `position`, of the one job in the relation `job`; no row: the schedule has no such cell
 * in such a block. The schedule of the largest experiment is 150 kB: the database counts, instead of sending it for each trial.
 */
export function positionIn(job: string, { cell, block }: Pick<TrialKey, 'cell' | 'block'>): SQL {
  return sql`select (placed.cells_before + listed.nth)::int as position
    from ${sql.raw(job)} join ${experiments} on ${experiments.id} = ${sql.raw(job)}.experiment_id
    cross join lateral (
      select entry, coalesce(sum(jsonb_array_length(entry -> 'cells'))
        over (order by nth rows between unbounded preceding and 1 preceding), 0) as cells_before
      from jsonb_array_elements(${experiments.schedule}) with ordinality as blocks (entry, nth)
    ) as placed
    cross join lateral jsonb_array_elements_text(placed.entry -> 'cells') with ordinality as listed (cell, nth)
    where (placed.entry ->> 'block')::int = ${block}::int and listed.cell = ${cell}::text
    limit 1`;
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
