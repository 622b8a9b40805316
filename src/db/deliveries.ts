import { and, desc, eq, lt, sql } from 'drizzle-orm';
import type { Db, Tx } from './client.ts';
import { now } from './clock.ts';
import { noteTest } from './outbox.ts';
import { type DELIVERY_STATES, deliveries, deliveryAttempts, webhooks } from './schema/webhooks.ts';
import { ownWebhook } from './webhooks.ts';

export interface DeliveryRow {
  readonly id: string;
  readonly event: string;
  readonly experiment_id: string | null;
  readonly state: (typeof DELIVERY_STATES)[number];
  /** So far. */
  readonly attempts: number;
  readonly created_at: Date;
  readonly next_attempt_at: Date | null;
  readonly ended_at: Date | null;
}

export interface AttemptRow {
  readonly n: number;
  readonly at: Date;
  readonly status: number | null;
  readonly error: string | null;
  readonly duration_ms: number;
  readonly answer: string;
}

export interface WholeDelivery extends DeliveryRow {
  readonly payload: Record<string, unknown>;
  /** The latest, oldest first. */
  readonly log: readonly AttemptRow[];
}

/** Of a delivery that is sent again and again by hand the older attempts are kept, and not shown. */
const MAX_SHOWN_ATTEMPTS = 50;

export const SHOWN_OUTBOUND = {
  id: deliveries.id,
  event: deliveries.event,
  experiment_id: deliveries.experiment_id,
  state: deliveries.state,
  attempts: deliveries.attempts,
  created_at: deliveries.created_at,
  next_attempt_at: deliveries.next_attempt_at,
  ended_at: deliveries.ended_at,
};

interface Page {
  readonly limit: number;
  /** The `next` of the page before. */
  readonly before: number | null;
}

/** Of one webhook, newest first. Null: the project has no such webhook. */
export async function listDeliveries(
  db: Db,
  project_id: string,
  webhook_id: string,
  { limit, before }: Page,
): Promise<{ deliveries: DeliveryRow[]; next: number | null } | null> {
  return db.transaction(async (tx) => {
    const [webhook] = await tx.select({ id: webhooks.id }).from(webhooks).where(ownWebhook(project_id, webhook_id));
    if (!webhook) return null;
    const older = before === null ? undefined : lt(deliveries.seq, before);
    const rows = await tx
      .select({ ...SHOWN_OUTBOUND, seq: deliveries.seq })
      .from(deliveries)
      .where(and(eq(deliveries.webhook_id, webhook_id), older))
      .orderBy(desc(deliveries.seq))
      // One more than asked for tells whether there is a next page.
      .limit(limit + 1);
    const page = rows.slice(0, limit);
    return { deliveries: page, next: rows.length > limit ? (page.at(-1)?.seq ?? null) : null };
  });
}

function ofWebhook(project_id: string, webhook_id: string, id: string) {
  return and(eq(deliveries.project_id, project_id), eq(deliveries.webhook_id, webhook_id), eq(deliveries.id, id));
}

/** One, with what was sent and what came of each attempt. Null: the project's webhook has no such delivery. */
export async function getDelivery(
  db: Db,
  project_id: string,
  webhook_id: string,
  id: string,
): Promise<WholeDelivery | null> {
  return db.transaction(async (tx) => {
    const [row] = await tx
      .select({ ...SHOWN_OUTBOUND, payload: deliveries.payload })
      .from(deliveries)
      .where(ofWebhook(project_id, webhook_id, id));
    if (!row) return null;
    return { ...row, log: await attemptsOf(tx, id) };
  });
}

/** The latest attempts of a delivery, oldest first. */
export async function attemptsOf(tx: Tx, delivery_id: string): Promise<AttemptRow[]> {
  const log = await tx
    .select(SHOWN_ATTEMPT)
    .from(deliveryAttempts)
    .where(eq(deliveryAttempts.delivery_id, delivery_id))
    .orderBy(desc(deliveryAttempts.n))
    .limit(MAX_SHOWN_ATTEMPTS);
  return log.reverse();
}

const SHOWN_ATTEMPT = {
  n: deliveryAttempts.n,
  at: deliveryAttempts.at,
  status: deliveryAttempts.status,
  error: deliveryAttempts.error,
  duration_ms: deliveryAttempts.duration_ms,
  answer: deliveryAttempts.answer,
};

type Refused = 'disabled' | null;

const isDisabled = sql<boolean>`(${webhooks.disabled_at} is not null)`;

/** Puts a delivery of the event `webhook.test` into the outbox. Null: the project has no such webhook. */
export async function testWebhook(db: Db, project_id: string, webhook_id: string): Promise<DeliveryRow | Refused> {
  return db.transaction(async (tx) => {
    const [webhook] = await tx
      .select({ disabled: isDisabled })
      .from(webhooks)
      .where(ownWebhook(project_id, webhook_id))
      .for('no key update');
    if (!webhook) return null;
    if (webhook.disabled) return 'disabled';
    await noteTest(tx, webhook_id);
    const [row] = await tx
      .select(SHOWN_OUTBOUND)
      .from(deliveries)
      .where(and(eq(deliveries.webhook_id, webhook_id), eq(deliveries.event, 'webhook.test')))
      .orderBy(desc(deliveries.seq))
      .limit(1);
    return row ?? null;
  });
}

/**
 * Lets a delivery be sent once more, now and under its id, however it ended; one that waits need not wait any longer. Null: the
 * project's webhook has no such delivery.
 */
export async function redeliver(
  db: Db,
  project_id: string,
  webhook_id: string,
  id: string,
): Promise<DeliveryRow | Refused> {
  return db.transaction(async (tx) => {
    const [webhook] = await tx
      .select({ disabled: isDisabled })
      .from(webhooks)
      .where(ownWebhook(project_id, webhook_id))
      .for('no key update');
    const [found] = await tx
      .select({ id: deliveries.id })
      .from(deliveries)
      .where(ofWebhook(project_id, webhook_id, id));
    if (!webhook || !found) return null;
    if (webhook.disabled) return 'disabled';
    const [row] = await tx
      .update(deliveries)
      .set({ state: 'pending', next_attempt_at: now(), ended_at: null })
      .where(ofWebhook(project_id, webhook_id, id))
      .returning(SHOWN_OUTBOUND);
    return row ?? null;
  });
}
