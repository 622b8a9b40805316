import type { ExperimentState } from '../core/job.ts';
import type { Db } from './client.ts';
import type { ExperimentSummary } from './experiments.ts';

/** The place after which a page begins: the last row of the page before. */
export interface ExperimentCursor {
  readonly created_at: Date;
  readonly id: string;
}

export interface ExperimentFilter {
  readonly status?: ExperimentState;
  /** All of them must be on the experiment. */
  readonly label?: Record<string, string>;
  readonly limit: number;
  readonly cursor?: ExperimentCursor;
}

/** Newest first. `next` is null on the last page. */
export async function listExperiments(
  db: Db,
  project_id: string,
  filter: ExperimentFilter,
): Promise<{ experiments: ExperimentSummary[]; next: ExperimentCursor | null }> {
  throw new Error(String([db, project_id, filter]));
}
