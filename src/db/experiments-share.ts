import type { Db } from './client.ts';
import type { ExperimentRow } from './experiments.ts';

/** The version to sign a link for: that of the link there is, else a new one. Null: no such experiment. */
export async function shareExperiment(db: Db, project_id: string, id: string): Promise<number | null> {
  throw new Error(String([db, project_id, id]));
}
/** Every link made so far is dead from now on. False: no such experiment. */
export async function revokeShare(db: Db, project_id: string, id: string): Promise<boolean> {
  throw new Error(String([db, project_id, id]));
}
/** The experiment for the holder of a link of that version, whatever the project; null when it is not (any more) shared. */
export async function getShared(db: Db, id: string, share_version: number): Promise<ExperimentRow | null> {
  throw new Error(String([db, id, share_version]));
}
