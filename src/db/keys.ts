import { and, desc, eq, gt, isNull, lt, or, sql } from 'drizzle-orm';
import { builtOnce } from './built-once.ts';
import type { Db } from './client.ts';
import { inSeconds, now } from './clock.ts';
import type { NewProject } from './projects.ts';
import { type KEY_TYPES, firstOperator, keys, projects } from './schema/projects.ts';

export type KeyType = (typeof KEY_TYPES)[number];

export interface NewKey {
  readonly id: string;
  readonly project_id: string;
  readonly name: string;
  readonly type: KeyType;
  readonly scopes: readonly string[];
  readonly prefix: string;
  readonly last_four: string;
  /** SHA-256 of the key, hex. The key itself is never stored. */
  readonly hash: string;
  readonly expires_at: Date | null;
}

export interface KeyRow extends Omit<NewKey, 'hash'> {
  readonly created_at: Date;
  readonly last_used_at: Date | null;
  readonly revoked_at: Date | null;
}

export type KeyHolder = Pick<KeyRow, 'id' | 'project_id' | 'type' | 'scopes'>;

/** A busy key would else be a write per request. */
const TOUCH_EVERY_S = 60;

/** Everything but the hash: nobody needs to read that. */
const SHOWN = {
  id: keys.id,
  project_id: keys.project_id,
  name: keys.name,
  type: keys.type,
  scopes: keys.scopes,
  prefix: keys.prefix,
  last_four: keys.last_four,
  created_at: keys.created_at,
  expires_at: keys.expires_at,
  last_used_at: keys.last_used_at,
  revoked_at: keys.revoked_at,
};

export async function createKey(db: Db, key: NewKey): Promise<KeyRow> {
  const [row] = await db
    .insert(keys)
    .values({ ...key, scopes: [...key.scopes] })
    .returning(SHOWN);
  if (!row) throw new Error('an insert returned no row');
  return row;
}

/**
 * The key of that hash, unless it is unknown, expired or revoked; also notes that it was used, at most once a minute. One statement,
 * before every request: a revoked key is refused at once, and a busy one is not written each time.
 */
export async function findKey(db: Db, hash: string): Promise<KeyHolder | null> {
  const [row] = await useOfKey(db).execute({ hash });
  return row ?? null;
}

const useOfKey = builtOnce((on) => {
  const valid = and(isNull(keys.revoked_at), or(isNull(keys.expires_at), gt(keys.expires_at, now())));
  const found = on.$with('found').as(
    on
      .select({ id: keys.id, project_id: keys.project_id, type: keys.type, scopes: keys.scopes })
      .from(keys)
      .where(and(eq(keys.hash, sql.placeholder('hash')), valid)),
  );
  const due = or(isNull(keys.last_used_at), lt(keys.last_used_at, inSeconds(-TOUCH_EVERY_S)));
  const touch = on
    .update(keys)
    .set({ last_used_at: now() })
    .where(and(sql`${keys.id} = (select id from found)`, due));
  return on.with(found, on.$with('touched', {}).as(touch.getSQL())).select().from(found).prepare('use_of_key');
});

/** Newest first; revoked and expired ones included. */
export async function listKeys(db: Db, project_id: string): Promise<KeyRow[]> {
  return db
    .select(SHOWN)
    .from(keys)
    .where(eq(keys.project_id, project_id))
    .orderBy(desc(keys.created_at), desc(keys.id));
}

/** False: the project has no such key. Revoking twice is one revocation. */
export async function revokeKey(db: Db, project_id: string, id: string): Promise<boolean> {
  const revoked = await db
    .update(keys)
    .set({ revoked_at: sql`coalesce(${keys.revoked_at}, now())` })
    .where(and(eq(keys.project_id, project_id), eq(keys.id, id)))
    .returning({ id: keys.id });
  return revoked.length > 0;
}

/** Makes the first project and its operator key; true only for the one caller that made it. `key.project_id` = `project.id`. */
export async function createFirstOperator(
  db: Db,
  first: { readonly project: NewProject; readonly key: NewKey },
): Promise<boolean> {
  return db.transaction(async (tx) => {
    const made = await tx
      .insert(firstOperator)
      .values({ key_id: first.key.id })
      .onConflictDoNothing()
      .returning({ key_id: firstOperator.key_id });
    if (made.length === 0) return false;
    await tx.insert(projects).values({ id: first.project.id, name: first.project.name });
    await createKey(tx, first.key);
    return true;
  });
}
