import { type SQL, and, asc, eq, getTableColumns, sql } from 'drizzle-orm';
import type { TrialKey } from '../core/runner-protocol.ts';
import type { TrialResult } from '../core/trial-result.ts';
import type { Db, Tx } from './client.ts';
import { type JobRow, jobs } from './schema/jobs.ts';
import { trials } from './schema/trials.ts';

export interface TrialRow extends TrialKey {
  readonly id: string;
  readonly experiment_id: string;
  readonly generation: number;
  /** A later generation, on another host, has taken its place. */
  readonly superseded: boolean;
  /** Place in the schedule, from 1. */
  readonly position: number;
  readonly state: TrialResult['state'];
  /** SHA-256 of the body's bytes, hex. */
  readonly digest: string;
  /** The exact text that the runner sent: a TrialResult. */
  readonly body: string;
  readonly stored_at: Date;
}

/** The place after which a page begins, and the generation that its pages are of. */
export type TrialCursor = Pick<TrialRow, 'generation' | 'position' | 'run'>;

const {
  job_id: _job,
  attempt: _attempt,
  summary: _summary,
  summary_version: _version,
  ...STORED
} = getTableColumns(trials);
const SHOWN = { ...STORED, superseded: sql<boolean>`${trials.generation} < ${jobs.generation}` };

export async function getTrial(
  db: Db,
  project_id: string,
  experiment_id: string,
  trial_id: string,
): Promise<TrialRow | null> {
  const [row] = await db
    .select(SHOWN)
    .from(trials)
    .innerJoin(jobs, eq(jobs.id, trials.job_id))
    .where(and(eq(jobs.project_id, project_id), eq(trials.experiment_id, experiment_id), eq(trials.id, trial_id)));
  return row ?? null;
}

/** The current generation, by position and run. Callers have seen to it that the experiment is theirs to read. */
export async function listTrials(db: Db, experiment_id: string): Promise<TrialRow[]> {
  return trialsAfter(db, experiment_id, null);
}

/**
 * The same in pages of `limit`: those after `after` (null: from the first). A page shorter than `limit` is the last. Later pages
 * are of the generation of the first, whatever has been claimed meanwhile.
 */
export async function listTrialsPage(
  db: Db,
  experiment_id: string,
  page: { readonly after: TrialCursor | null; readonly limit: number },
): Promise<TrialRow[]> {
  return trialsAfter(db, experiment_id, page.after).limit(page.limit);
}

function trialsAfter(db: Db, experiment_id: string, after: TrialCursor | null) {
  return (
    db
      .select(SHOWN)
      .from(trials)
      .innerJoin(jobs, eq(jobs.id, trials.job_id))
      // The job's experiment is named too: so the planner begins with one job and reads its trials in the order of their index.
      .where(and(eq(trials.experiment_id, experiment_id), eq(jobs.experiment_id, experiment_id), isBeyond(after)))
      .orderBy(asc(trials.position), asc(trials.run))
  );
}

/** The condition of a page: after `after` in its generation; from the first of the current one for null. Joined with jobs. */
export function isBeyond(after: TrialCursor | null): SQL | undefined {
  if (after === null) return eq(trials.generation, jobs.generation);
  const { generation, position, run } = after;
  return and(
    eq(trials.generation, generation),
    sql`(${trials.position}, ${trials.run}) > (${position}::int, ${run}::int)`,
  );
}

/** What the job's current generation has stored, without the bodies, in the order of the schedule. */
export async function trialsOfGeneration(tx: Tx, job: Pick<JobRow, 'id' | 'generation'>): Promise<StoredTrialKey[]> {
  return tx
    .select({ cell: trials.cell, block: trials.block, run: trials.run, state: trials.state })
    .from(trials)
    .where(and(eq(trials.job_id, job.id), eq(trials.generation, job.generation)))
    .orderBy(asc(trials.position), asc(trials.run));
}

export type StoredTrialKey = TrialKey & { state: TrialResult['state'] };
