import { and, eq, isNotNull, isNull } from 'drizzle-orm';
import type { Results } from '../core/results.ts';
import type { Db } from './client.ts';
import { experiments } from './schema/experiments.ts';

export interface StoredResults {
  readonly results: Results;
  /** SHA-256, hex, of whatever bytes the caller digests; the ETag of the results. */
  readonly digest: string;
}

/** Results of an ended experiment, computed once. Null: none stored yet (or no such experiment, or not ended). */
export async function getResults(db: Db, experiment_id: string): Promise<StoredResults | null> {
  const [row] = await db
    .select({ results: experiments.results, digest: experiments.results_digest })
    .from(experiments)
    .where(eq(experiments.id, experiment_id));
  return row?.results && row.digest ? { results: row.results, digest: row.digest } : null;
}

/** Keeps the results of an experiment that has ended; the first to store wins. False: kept nothing. */
export async function storeResults(db: Db, experiment_id: string, stored: StoredResults): Promise<boolean> {
  const kept = await db
    .update(experiments)
    .set({ results: stored.results, results_digest: stored.digest })
    .where(and(eq(experiments.id, experiment_id), isNotNull(experiments.ended_at), isNull(experiments.results)))
    .returning({ id: experiments.id });
  return kept.length > 0;
}
