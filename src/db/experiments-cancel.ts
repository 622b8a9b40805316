import type { Db } from './client.ts';

/**
 * A waiting job is canceled at once (`canceled`); one that a runner holds is asked to stop (`canceling`, also when asked again).
 * `ended`: nothing to do.
 */
export async function requestCancel(
  db: Db,
  project_id: string,
  id: string,
): Promise<'canceled' | 'canceling' | 'ended' | 'not-found'> {
  throw new Error(String([db, project_id, id]));
}
