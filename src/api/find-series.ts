import { AppError } from '../core/errors.ts';
import { getSeries, type SeriesRow } from '../db/series.ts';
import type { Caller, Deps } from './deps.ts';

/** A series of the caller's project. Throws not-found for a name that nothing was set for and that no experiment has. */
export async function findSeries(deps: Pick<Deps, 'db'>, caller: Caller, name: string): Promise<SeriesRow> {
  const row = await getSeries(deps.db, caller.project_id, name);
  if (row === null) throw new AppError('not-found', `no series ${name}`);
  return row;
}
