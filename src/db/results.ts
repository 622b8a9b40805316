import type { Results } from '../core/results.ts';
import type { Db } from './client.ts';

export interface StoredResults {
  readonly results: Results;
  /** SHA-256, hex, of whatever bytes the caller digests; the ETag of the results. */
  readonly digest: string;
}

/** Results of an ended experiment, computed once. Null: none stored yet (or no such experiment, or not ended). */
export async function getResults(db: Db, experiment_id: string): Promise<StoredResults | null> {
  throw new Error(String([db, experiment_id]));
}
/** Keeps the results of an experiment that has ended; the first to store wins. False: kept nothing. */
export async function storeResults(db: Db, experiment_id: string, stored: StoredResults): Promise<boolean> {
  throw new Error(String([db, experiment_id, stored]));
}
