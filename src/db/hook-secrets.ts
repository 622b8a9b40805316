import { eq } from 'drizzle-orm';
import type { Db } from './client.ts';
import { inSeconds } from './clock.ts';
import { type HookRow, hookPurpose, ownHook, SHOWN_HOOK } from './hooks.ts';
import { hooks } from './schema/hooks.ts';
import { secrets } from './schema/secrets.ts';
import type { SecretRow } from './secrets.ts';

export interface HookRotation {
  /** The row of the current secret as it was read: `previous` holds the same secret, sealed for its new row. */
  readonly from: Pick<SecretRow, 'id'>;
  readonly current: SecretRow;
  /** Null: the secret before is of no use from now on. */
  readonly previous: SecretRow | null;
  /** For so long both are taken. */
  readonly overlap_s: number;
}

/**
 * Makes another secret the current one and keeps the one before beside it for a while; one still before that is forgotten at once.
 * `changed`: another rotation came between the read and this. Null: the project has no such hook.
 */
export async function rotateHookSecret(
  db: Db,
  project_id: string,
  id: string,
  { from, current, previous, overlap_s }: HookRotation,
): Promise<HookRow | 'changed' | null> {
  return db.transaction(async (tx) => {
    // The lock of the hook: of two rotations at once the other finds what this one leaves.
    const [known] = await tx.select({ id: hooks.id }).from(hooks).where(ownHook(project_id, id)).for('no key update');
    if (!known) return null;
    const gone = await tx.delete(secrets).where(eq(secrets.id, from.id)).returning({ id: secrets.id });
    if (gone.length === 0) return 'changed';
    await tx.delete(secrets).where(eq(secrets.purpose, hookPurpose(id, 'previous')));
    await tx.insert(secrets).values(previous === null ? [current] : [current, previous]);
    const [row] = await tx
      .update(hooks)
      .set({ previous_until: previous === null ? null : inSeconds(overlap_s) })
      .where(ownHook(project_id, id))
      .returning(SHOWN_HOOK);
    return row ?? null;
  });
}

/** Keeps the token for the code host's API in place of the one there was; null: none. Null: the project has no such hook. */
export async function setHookToken(
  db: Db,
  project_id: string,
  id: string,
  sealed: SecretRow | null,
): Promise<HookRow | null> {
  return db.transaction(async (tx) => {
    const [row] = await tx
      .update(hooks)
      .set({ has_token: sealed !== null })
      .where(ownHook(project_id, id))
      .returning(SHOWN_HOOK);
    if (!row) return null;
    await tx.delete(secrets).where(eq(secrets.purpose, hookPurpose(id, 'token')));
    if (sealed !== null) await tx.insert(secrets).values(sealed);
    return row;
  });
}
