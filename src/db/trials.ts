import { and, asc, eq, getTableColumns, sql } from 'drizzle-orm';
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

export type TrialCursor = Pick<TrialRow, 'position' | 'run'>;

const { job_id: _job, attempt: _attempt, ...STORED } = getTableColumns(trials);
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
  return currentTrials(db, experiment_id, null);
}

/** The same in pages of `limit`: those after `after` (null: from the first). A page shorter than `limit` is the last. */
export async function listTrialsPage(
  db: Db,
  experiment_id: string,
  page: { readonly after: TrialCursor | null; readonly limit: number },
): Promise<TrialRow[]> {
  return currentTrials(db, experiment_id, page.after).limit(page.limit);
}

function currentTrials(db: Db, experiment_id: string, after: TrialCursor | null) {
  const beyond =
    after === null ? undefined : sql`(${trials.position}, ${trials.run}) > (${after.position}::int, ${after.run}::int)`;
  return db
    .select(SHOWN)
    .from(trials)
    .innerJoin(jobs, and(eq(jobs.id, trials.job_id), eq(jobs.generation, trials.generation)))
    .where(and(eq(trials.experiment_id, experiment_id), beyond))
    .orderBy(asc(trials.position), asc(trials.run));
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
