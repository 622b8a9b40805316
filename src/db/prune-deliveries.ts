import { eq, lt, sql } from 'drizzle-orm';
import type { Db } from './client.ts';
import { now } from './clock.ts';
import { deliveries, webhooks } from './schema/webhooks.ts';
import { secrets } from './schema/secrets.ts';
import { secretPurpose } from './webhooks.ts';

/** Days for which a delivery and its attempts are kept: one that is tried until the end has ended for weeks then. */
export const KEEP_DELIVERIES_DAYS = 30;
/** Rows of a few kB, with as many attempts as each had. */
export const MAX_PRUNED_DELIVERIES = 1_000;

/** Deletes deliveries with their attempts, whatever became of them. */
export async function pruneDeliveries(db: Db): Promise<number> {
  const due = db
    .select({ id: deliveries.id })
    .from(deliveries)
    .where(sql`${deliveries.created_at} < now() - make_interval(days => ${KEEP_DELIVERIES_DAYS})`)
    .orderBy(deliveries.created_at)
    .limit(MAX_PRUNED_DELIVERIES)
    // Two services that prune at once share the work instead of waiting for each other.
    .for('update', { skipLocked: true });
  const gone = await db
    .delete(deliveries)
    .where(sql`${deliveries.id} in ${due}`)
    .returning({ id: deliveries.id });
  return gone.length;
}

/**
 * Forgets secrets that a rotation has left behind, when their time is over. A webhook that somebody has locked is left for the next time:
 * a change locks several at once, in another order.
 */
export async function prunePreviousSecrets(db: Db): Promise<number> {
  return db.transaction(async (tx) => {
    const over = tx
      .select({ id: webhooks.id })
      .from(webhooks)
      .where(lt(webhooks.previous_until, now()))
      .for('no key update', { skipLocked: true });
    const due = await tx
      .update(webhooks)
      .set({ previous_until: null })
      .where(sql`${webhooks.id} in ${over}`)
      .returning({ id: webhooks.id });
    for (const { id } of due) await tx.delete(secrets).where(eq(secrets.purpose, secretPurpose(id, 'previous')));
    return due.length;
  });
}
