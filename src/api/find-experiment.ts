import { AppError } from '../core/errors.ts';
import { type ExperimentRow, getExperiment } from '../db/experiments.ts';
import type { Caller, Deps } from './deps.ts';

/** The caller's experiment. Throws not-found, for another project's as for none. */
export async function findExperiment(deps: Deps, caller: Caller, id: string): Promise<ExperimentRow> {
  const row = await getExperiment(deps.db, caller.project_id, id);
  if (row === null) throw new AppError('not-found', `no experiment ${id}`);
  return row;
}
