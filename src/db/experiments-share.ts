import { and, eq, sql } from 'drizzle-orm';
import type { Db } from './client.ts';
import { EXPERIMENT_ROW, type ExperimentRow } from './experiments.ts';
import { experiments } from './schema/experiments.ts';

const grows = sql`${experiments.version} + 1`;

/** The version to sign a link for: that of the link there is, else a new one. Null: no such experiment. */
export async function shareExperiment(db: Db, project_id: string, id: string): Promise<number | null> {
  const owned = and(eq(experiments.project_id, project_id), eq(experiments.id, id));
  return db.transaction(async (tx) => {
    const [made] = await tx
      .update(experiments)
      .set({ shared: true, share_version: sql`${experiments.share_version} + 1`, version: grows })
      .where(and(owned, eq(experiments.shared, false)))
      .returning({ share_version: experiments.share_version });
    if (made) return made.share_version;
    const [existing] = await tx.select({ share_version: experiments.share_version }).from(experiments).where(owned);
    return existing?.share_version ?? null;
  });
}

/** Every link made so far is dead from now on. False: no such experiment. */
export async function revokeShare(db: Db, project_id: string, id: string): Promise<boolean> {
  const owned = and(eq(experiments.project_id, project_id), eq(experiments.id, id));
  return db.transaction(async (tx) => {
    await tx
      .update(experiments)
      .set({ shared: false, version: grows })
      .where(and(owned, eq(experiments.shared, true)));
    const found = await tx.select({ id: experiments.id }).from(experiments).where(owned);
    return found.length > 0;
  });
}

/** The experiment for the holder of a link of that version, whatever the project; null when it is not (any more) shared. */
export async function getShared(db: Db, id: string, share_version: number): Promise<ExperimentRow | null> {
  const valid = and(eq(experiments.shared, true), eq(experiments.share_version, share_version));
  const [row] = await db
    .select(EXPERIMENT_ROW)
    .from(experiments)
    .where(and(eq(experiments.id, id), valid));
  return row ?? null;
}
