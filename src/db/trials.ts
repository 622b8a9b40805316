import type { TrialKey } from '../core/runner-protocol.ts';
import type { TrialResult } from '../core/trial-result.ts';
import type { Db } from './client.ts';

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

export async function getTrial(
  db: Db,
  project_id: string,
  experiment_id: string,
  trial_id: string,
): Promise<TrialRow | null> {
  throw new Error(String([db, project_id, experiment_id, trial_id]));
}
/** The current generation, by position and run. Callers have seen to it that the experiment is theirs to read. */
export async function listTrials(db: Db, experiment_id: string): Promise<TrialRow[]> {
  throw new Error(String([db, experiment_id]));
}

export type TrialCursor = Pick<TrialRow, 'position' | 'run'>;

/** The same in pages of `limit`: those after `after` (null: from the first). A page shorter than `limit` is the last. */
export async function listTrialsPage(
  db: Db,
  experiment_id: string,
  page: { readonly after: TrialCursor | null; readonly limit: number },
): Promise<TrialRow[]> {
  throw new Error(String([db, experiment_id, page]));
}
