import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Db, Tx } from './client.ts';
import { inSeconds, now } from './clock.ts';
import type { LeasedDelivery } from './delivery-lease.ts';
import { deliveries, deliveryAttempts, webhooks } from './schema/webhooks.ts';
import { dropWaiting } from './webhooks.ts';

export interface Attempt {
  /** Null: no answer came. */
  readonly status: number | null;
  /** Why there was none, or why the one that came is no success; null with a success. */
  readonly error: string | null;
  readonly duration_ms: number;
  /** The beginning of the answer's body. */
  readonly answer: string;
  readonly outcome: AttemptOutcome;
}

export type AttemptOutcome =
  | { readonly kind: 'succeeded' }
  /** Again after so long; `all`: nothing else of its hook is sent before then either. */
  | { readonly kind: 'retry'; readonly in_s: number; readonly all?: boolean }
  | { readonly kind: 'failed' }
  /** There is nothing (any more) to be told. */
  | { readonly kind: 'dropped' }
  /** The receiver wants nothing any more: its webhook is disabled, and all that waits for it is dropped. */
  | { readonly kind: 'gone' };

type Lease = Pick<LeasedDelivery, 'id' | 'leased_until' | 'webhook' | 'hook'>;

/**
 * Logs an attempt, and with it what becomes of the delivery: unless the lease has lapsed and another sender has it, or it has ended
 * meanwhile. A success counts whoever has it now. An attempt that nobody records, because its sender was killed, is made again.
 */
export async function recordAttempt(db: Db, lease: Lease, attempt: Attempt): Promise<void> {
  await db.transaction(async (tx) => {
    const gone = attempt.outcome.kind === 'gone' ? lease.webhook : null;
    // The webhook is locked before its deliveries, as everywhere.
    if (gone !== null) await disableGone(tx, gone.id);
    const [row] = await tx
      .select({ state: deliveries.state, leased_until: deliveries.leased_until, attempts: deliveries.attempts })
      .from(deliveries)
      .where(eq(deliveries.id, lease.id))
      .for('update');
    if (!row) return;
    const { outcome, ...logged } = attempt;
    const n = row.attempts + 1;
    await tx.insert(deliveryAttempts).values({ ...logged, delivery_id: lease.id, n });
    const isOurs = row.leased_until?.getTime() === lease.leased_until.getTime();
    const decides = row.state === 'pending' && (isOurs || outcome.kind === 'succeeded');
    await tx
      .update(deliveries)
      .set({ attempts: n, ...(decides && afterwards(outcome)) })
      .where(eq(deliveries.id, lease.id));
    if (gone !== null) await dropWaiting(tx, gone.id);
    if (outcome.kind === 'retry' && outcome.all === true) await hold(tx, lease, outcome.in_s);
  });
}

function afterwards(outcome: AttemptOutcome) {
  if (outcome.kind === 'retry') return { next_attempt_at: inSeconds(outcome.in_s), leased_until: null };
  const state = outcome.kind === 'gone' ? ('failed' as const) : outcome.kind;
  return { state, ended_at: now(), next_attempt_at: null, leased_until: null };
}

async function disableGone(tx: Tx, webhook_id: string): Promise<void> {
  await tx
    .update(webhooks)
    .set({
      disabled_at: sql`coalesce(${webhooks.disabled_at}, now())`,
      disabled_reason: sql`coalesce(${webhooks.disabled_reason}, 'gone')`,
    })
    .where(eq(webhooks.id, webhook_id));
}

/** A code host that has asked to be left alone is not asked by the next delivery either. */
async function hold(tx: Tx, { hook }: Lease, in_s: number): Promise<void> {
  if (hook === null) return;
  const isWaiting = and(eq(deliveries.state, 'pending'), isNull(deliveries.leased_until));
  await tx
    .update(deliveries)
    .set({ next_attempt_at: sql`greatest(${deliveries.next_attempt_at}, ${inSeconds(in_s)})` })
    .where(and(eq(deliveries.hook_id, hook.id), isWaiting));
}

/** Gives a lease back without an attempt: its sender stops. */
export async function releaseDelivery(db: Db, { id, leased_until }: Pick<Lease, 'id' | 'leased_until'>): Promise<void> {
  await db
    .update(deliveries)
    .set({ leased_until: null })
    .where(and(eq(deliveries.id, id), eq(deliveries.leased_until, leased_until)));
}
