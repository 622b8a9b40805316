import { and, asc, eq } from 'drizzle-orm';
import type { Db } from './client.ts';
import { now } from './clock.ts';
import { secrets } from './schema/secrets.ts';

/** A sealed secret: useless without the key that the database never sees. */
export interface SecretRow {
  readonly id: string;
  readonly purpose: string;
  /** Of the key that it is sealed with. */
  readonly key_id: string;
  readonly sealed: string;
}

const SHOWN = { id: secrets.id, purpose: secrets.purpose, key_id: secrets.key_id, sealed: secrets.sealed };

export async function getSecret(db: Db, purpose: string): Promise<SecretRow | null> {
  const [row] = await db.select(SHOWN).from(secrets).where(eq(secrets.purpose, purpose));
  return row ?? null;
}

export async function listSecrets(db: Db): Promise<SecretRow[]> {
  return db.select(SHOWN).from(secrets).orderBy(asc(secrets.id));
}

/** Keeps the secret unless there is one for that purpose; answers the one that is kept. Of two services at once one wins. */
export async function createSecret(db: Db, secret: SecretRow): Promise<SecretRow> {
  return db.transaction(async (tx) => {
    await tx.insert(secrets).values(secret).onConflictDoNothing({ target: secrets.purpose });
    const [row] = await tx.select(SHOWN).from(secrets).where(eq(secrets.purpose, secret.purpose));
    if (!row) throw new Error(`the secret for ${secret.purpose} is neither new nor kept`);
    return row;
  });
}

/** Forgets the secret: the next one for that purpose is another. False: there was none. */
export async function deleteSecret(db: Db, purpose: string): Promise<boolean> {
  const gone = await db.delete(secrets).where(eq(secrets.purpose, purpose)).returning({ id: secrets.id });
  return gone.length > 0;
}

/** Puts a newly sealed text in place of the one that was read. False: another service has done so meanwhile. */
export async function resealSecret(
  db: Db,
  from: SecretRow,
  to: Pick<SecretRow, 'key_id' | 'sealed'>,
): Promise<boolean> {
  const sealed = await db
    .update(secrets)
    .set({ key_id: to.key_id, sealed: to.sealed, sealed_at: now() })
    .where(and(eq(secrets.id, from.id), eq(secrets.sealed, from.sealed)))
    .returning({ id: secrets.id });
  return sealed.length > 0;
}
