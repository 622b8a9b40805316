import { and, eq, inArray, lt, type SQL, sql } from 'drizzle-orm';
import type { Db } from './client.ts';
import { now } from './clock.ts';
import { hookPurpose } from './hooks.ts';
import { hookDeliveries, hooks, pullRequests } from './schema/hooks.ts';
import { secrets } from './schema/secrets.ts';

/** Days for which an event is known by its id and its body, should it come again. */
export const KEEP_HOOK_DELIVERIES_DAYS = 30;
/** Rows of less than a kB. */
export const MAX_PRUNED_HOOK_ROWS = 1_000;

/** Forgets events that came long ago. */
export async function pruneHookDeliveries(db: Db): Promise<number> {
  const due = db
    .select({ id: hookDeliveries.id })
    .from(hookDeliveries)
    .where(sql`${hookDeliveries.received_at} < now() - make_interval(days => ${KEEP_HOOK_DELIVERIES_DAYS})`)
    .orderBy(hookDeliveries.received_at)
    .limit(MAX_PRUNED_HOOK_ROWS)
    // Two services that prune at once share the work instead of waiting for each other.
    .for('update', { skipLocked: true });
  const gone = await db
    .delete(hookDeliveries)
    .where(sql`${hookDeliveries.id} in ${due}`)
    .returning({ id: hookDeliveries.id });
  return gone.length;
}

/**
 * Forgets pull requests that were closed long ago: by then no event of before can come any more. Of those of a generic hook nobody tells
 * that they are closed: they are forgotten when nothing was heard of them for as long.
 */
export async function prunePullRequests(db: Db): Promise<number> {
  const untold = db.select({ id: hooks.id }).from(hooks).where(eq(hooks.provider, 'generic'));
  const closed = await forgetSilent(db, sql`not ${pullRequests.is_open}`);
  return closed + (await forgetSilent(db, inArray(pullRequests.hook_id, untold)));
}

async function forgetSilent(db: Db, which: SQL): Promise<number> {
  const { hook_id, repo, number, updated_at } = pullRequests;
  const due = db
    .select({ hook_id, repo, number })
    .from(pullRequests)
    .where(and(which, sql`${updated_at} < now() - make_interval(days => ${KEEP_HOOK_DELIVERIES_DAYS})`))
    .orderBy(updated_at)
    .limit(MAX_PRUNED_HOOK_ROWS)
    .for('update', { skipLocked: true });
  const gone = await db
    .delete(pullRequests)
    .where(sql`(${hook_id}, ${repo}, ${number}) in ${due}`)
    .returning({ number });
  return gone.length;
}

/** Forgets secrets that a rotation has left behind, when their time is over. */
export async function prunePreviousHookSecrets(db: Db): Promise<number> {
  return db.transaction(async (tx) => {
    const due = await tx
      .update(hooks)
      .set({ previous_until: null })
      .where(lt(hooks.previous_until, now()))
      .returning({ id: hooks.id });
    for (const { id } of due) await tx.delete(secrets).where(eq(secrets.purpose, hookPurpose(id, 'previous')));
    return due.length;
  });
}
