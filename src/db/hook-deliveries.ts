import { and, desc, eq, ne, or, sql } from 'drizzle-orm';
import type { HookChange } from '../core/hook/hook-change.ts';
import type { Db, Tx } from './client.ts';
import { type HookRow, ownHook, SHOWN_HOOK } from './hooks.ts';
import { type HOOK_OUTCOMES, hookDeliveries, hooks, pullRequests } from './schema/hooks.ts';

export type HookOutcome = (typeof HOOK_OUTCOMES)[number];

export interface HookDeliveryRow {
  readonly id: string;
  /** As the code host names it. */
  readonly delivery_key: string;
  readonly event: string;
  readonly received_at: Date;
  readonly outcome: HookOutcome;
  /** One line for people. */
  readonly says: string;
  /** It may have been deleted since. */
  readonly experiment_id: string | null;
  readonly pull_request: number | null;
  readonly head_sha: string | null;
}

export const SHOWN_DELIVERY = {
  id: hookDeliveries.id,
  delivery_key: hookDeliveries.delivery_key,
  event: hookDeliveries.event,
  received_at: hookDeliveries.received_at,
  outcome: hookDeliveries.outcome,
  says: hookDeliveries.says,
  experiment_id: hookDeliveries.experiment_id,
  pull_request: hookDeliveries.pull_request,
  head_sha: hookDeliveries.head_sha,
};

/** What an event is known by, should it come again. */
export interface DeliveryKey {
  readonly hook_id: string;
  readonly delivery_key: string;
  /** SHA-256 of the raw body, hex. */
  readonly body_digest: string;
}

/** The first delivery with that id or that body; of two, which a sender that mixes them up can make, the one with the id. Null: none. */
export async function findDelivery(
  db: Db,
  { hook_id, delivery_key, body_digest }: DeliveryKey,
): Promise<HookDeliveryRow | null> {
  const [row] = await db
    .select(SHOWN_DELIVERY)
    .from(hookDeliveries)
    .where(
      and(
        eq(hookDeliveries.hook_id, hook_id),
        or(eq(hookDeliveries.delivery_key, delivery_key), eq(hookDeliveries.body_digest, body_digest)),
      ),
    )
    .orderBy(sql`(${hookDeliveries.delivery_key} = ${delivery_key}) desc`)
    .limit(1);
  return row ?? null;
}

interface Page {
  readonly limit: number;
  /** Only what came before this one, which was the last of the page before. */
  readonly before: string | null;
}

/** Of one hook, newest first. Null: the project has no such hook. */
export async function listHookDeliveries(
  db: Db,
  project_id: string,
  hook_id: string,
  { limit, before }: Page,
): Promise<{ deliveries: HookDeliveryRow[]; next: string | null } | null> {
  return db.transaction(async (tx) => {
    const [hook] = await tx.select({ id: hooks.id }).from(hooks).where(ownHook(project_id, hook_id));
    if (!hook) return null;
    const { received_at, id } = hookDeliveries;
    const place = sql`(select ${received_at}, ${id} from ${hookDeliveries} where ${id} = ${before})`;
    const rows = await tx
      .select(SHOWN_DELIVERY)
      .from(hookDeliveries)
      .where(
        and(eq(hookDeliveries.hook_id, hook_id), before === null ? undefined : sql`(${received_at}, ${id}) < ${place}`),
      )
      .orderBy(desc(received_at), desc(id))
      // One more than asked for tells whether there is a next page.
      .limit(limit + 1);
    const page = rows.slice(0, limit);
    return { deliveries: page, next: rows.length > limit ? (page.at(-1)?.id ?? null) : null };
  });
}

/** A delivery with its hook; `waiting`: what it would start, null where nothing waits for its commit (any more). Null: no such delivery. */
export async function getHookDelivery(
  db: Db,
  project_id: string,
  hook_id: string,
  id: string,
): Promise<{ hook: HookRow; delivery: HookDeliveryRow; waiting: HookChange | null } | null> {
  const [row] = await db
    .select({ hook: SHOWN_HOOK, delivery: SHOWN_DELIVERY, waiting: pullRequests.waiting })
    .from(hookDeliveries)
    .innerJoin(hooks, eq(hooks.id, hookDeliveries.hook_id))
    .leftJoin(
      pullRequests,
      and(
        eq(pullRequests.hook_id, hooks.id),
        eq(pullRequests.number, hookDeliveries.pull_request),
        eq(pullRequests.head_sha, hookDeliveries.head_sha),
        eq(hookDeliveries.outcome, 'waiting-approval'),
      ),
    )
    .where(and(ownHook(project_id, hook_id), eq(hookDeliveries.id, id)))
    .limit(1);
  return row ?? null;
}

const waitsFor = (hook_id: string, pull_request: number) =>
  and(
    eq(hookDeliveries.hook_id, hook_id),
    eq(hookDeliveries.pull_request, pull_request),
    eq(hookDeliveries.outcome, 'waiting-approval'),
  );

/** What waited for an older commit of a pull request, or waited when it was closed (`head_sha` null), waits no longer. */
export async function endWaiting(
  tx: Tx,
  { hook_id, pull_request, head_sha }: { hook_id: string; pull_request: number; head_sha: string | null },
): Promise<void> {
  const says =
    head_sha === null ? 'the pull request was closed before anybody approved it' : 'a newer commit took its place';
  const isOlder = head_sha === null ? undefined : ne(hookDeliveries.head_sha, head_sha);
  await tx
    .update(hookDeliveries)
    .set({ outcome: 'stale', says })
    .where(and(waitsFor(hook_id, pull_request), isOlder));
}

/** What waited for that commit has started. */
export async function noteStarted(
  tx: Tx,
  { hook_id, pull_request, head_sha }: { hook_id: string; pull_request: number; head_sha: string },
  experiment_id: string,
): Promise<void> {
  await tx
    .update(hookDeliveries)
    .set({ outcome: 'started', says: 'approved, and queued', experiment_id })
    .where(and(waitsFor(hook_id, pull_request), eq(hookDeliveries.head_sha, head_sha)));
}
