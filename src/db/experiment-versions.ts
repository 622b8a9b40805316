import { sql } from 'drizzle-orm';
import type { Db } from './client.ts';
import { experiments } from './schema/experiments.ts';

/** The versions of these experiments, of whatever project, by one statement; one that is gone is missing. */
export async function listVersions(db: Db, ids: readonly string[]): Promise<Map<string, number>> {
  const rows = await db
    .select({ id: experiments.id, version: experiments.version })
    .from(experiments)
    // One parameter however many there are: the statement is prepared once. Ids hold no comma.
    .where(sql`${experiments.id} = any(string_to_array(${ids.join(',')}, ','))`);
  return new Map(rows.map(({ id, version }) => [id, version]));
}
