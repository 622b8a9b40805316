import { asc, eq, sql } from 'drizzle-orm';
import type { Db } from './client.ts';
import { createFirstOperator, type NewKey } from './keys.ts';
import type { NewProject } from './projects.ts';
import { keys, projects } from './schema/projects.ts';

/**
 * Sees to it that there is an operator key of that hash: with the first project on a new database, else in the oldest one. A
 * key that is known stays as it is. False: it is known and was revoked or has expired.
 */
export async function installOperator(
  db: Db,
  operator: { readonly project: NewProject; readonly key: NewKey },
): Promise<boolean> {
  return db.transaction(async (tx) => {
    if (await createFirstOperator(tx, operator)) return true;
    const [oldest] = await tx
      .select({ id: projects.id })
      .from(projects)
      .orderBy(asc(projects.created_at), asc(projects.id))
      .limit(1);
    if (!oldest) throw new Error('a database with an operator has no project');
    await tx
      .insert(keys)
      .values({ ...operator.key, scopes: [...operator.key.scopes], project_id: oldest.id })
      .onConflictDoNothing({ target: keys.hash });
    const usable = sql<boolean>`(${keys.revoked_at} is null and coalesce(${keys.expires_at} > now(), true))`;
    const [key] = await tx.select({ usable }).from(keys).where(eq(keys.hash, operator.key.hash));
    return key?.usable ?? false;
  });
}
