import { and, asc, count, eq, sql } from 'drizzle-orm';
import type { OutboundEvent } from '../core/outbound-event.ts';
import type { Db, Tx } from './client.ts';
import { now } from './clock.ts';
import { projects } from './schema/projects.ts';
import { secrets } from './schema/secrets.ts';
import { deliveries, webhooks } from './schema/webhooks.ts';
import type { SecretRow } from './secrets.ts';

export interface WebhookSettings {
  readonly url: string;
  readonly description: string;
  readonly events: readonly OutboundEvent[];
}

export interface WebhookRow extends WebhookSettings {
  readonly id: string;
  readonly created_at: Date;
  readonly disabled_at: Date | null;
  readonly disabled_reason: 'owner' | 'gone' | null;
  /** Until then what is sent is also signed with the secret before the current one. */
  readonly previous_until: Date | null;
}

/** Of a project: each change of an experiment writes a row for each, in the transaction of the change. */
export const MAX_WEBHOOKS = 20;

export const SHOWN_WEBHOOK = {
  id: webhooks.id,
  url: webhooks.url,
  description: webhooks.description,
  events: webhooks.events,
  created_at: webhooks.created_at,
  disabled_at: webhooks.disabled_at,
  disabled_reason: webhooks.disabled_reason,
  previous_until: webhooks.previous_until,
};

/** The purposes of a webhook's secrets in `secrets`. */
export const secretPurpose = (webhook_id: string, which: 'current' | 'previous'): string =>
  `webhook/${webhook_id}/${which}`;

/** Keeps the webhook and its sealed secret. Null: the project has as many as it may have. */
export async function createWebhook(
  db: Db,
  webhook: WebhookSettings & { readonly id: string; readonly project_id: string },
  secret: SecretRow,
): Promise<WebhookRow | null> {
  const { project_id } = webhook;
  return db.transaction(async (tx) => {
    // Of two at once each counts the other.
    await tx.select({ id: projects.id }).from(projects).where(eq(projects.id, project_id)).for('no key update');
    const [all] = await tx.select({ count: count() }).from(webhooks).where(eq(webhooks.project_id, project_id));
    if ((all?.count ?? 0) >= MAX_WEBHOOKS) return null;
    await tx.insert(secrets).values(secret);
    const [row] = await tx
      .insert(webhooks)
      .values({ ...webhook, events: [...webhook.events] })
      .returning(SHOWN_WEBHOOK);
    if (!row) throw new Error('an insert returned no row');
    return row;
  });
}

export function ownWebhook(project_id: string, id: string) {
  return and(eq(webhooks.project_id, project_id), eq(webhooks.id, id));
}

/** Oldest first. */
export async function listWebhooks(db: Db, project_id: string): Promise<WebhookRow[]> {
  return db
    .select(SHOWN_WEBHOOK)
    .from(webhooks)
    .where(eq(webhooks.project_id, project_id))
    .orderBy(asc(webhooks.created_at), asc(webhooks.id));
}

export async function getWebhook(db: Db, project_id: string, id: string): Promise<WebhookRow | null> {
  const [row] = await db.select(SHOWN_WEBHOOK).from(webhooks).where(ownWebhook(project_id, id));
  return row ?? null;
}

/**
 * Sets what is given. Disabled, it is told nothing, and what still waited for it is dropped; enabled again it is told what happens from
 * then on. Null: the project has no such webhook.
 */
export async function changeWebhook(
  db: Db,
  project_id: string,
  id: string,
  change: { readonly [Key in keyof WebhookSettings]?: WebhookSettings[Key] | undefined } & {
    readonly disabled?: boolean | undefined;
  },
): Promise<WebhookRow | null> {
  const { disabled, url, description, events } = change;
  return db.transaction(async (tx) => {
    const [row] = await tx
      .update(webhooks)
      .set({
        // Always something to set: an update of nothing is none.
        id,
        url,
        description,
        events: events === undefined ? undefined : [...events],
        ...(disabled === false && { disabled_at: null, disabled_reason: null }),
        ...(disabled === true && {
          disabled_at: sql`coalesce(${webhooks.disabled_at}, now())`,
          disabled_reason: sql`coalesce(${webhooks.disabled_reason}, 'owner')`,
        }),
      })
      .where(ownWebhook(project_id, id))
      .returning(SHOWN_WEBHOOK);
    if (row && disabled === true) await dropWaiting(tx, id);
    return row ?? null;
  });
}

/** What waits for a webhook that is told nothing any more. One that is being sent right now may still arrive. */
export async function dropWaiting(tx: Tx, webhook_id: string): Promise<void> {
  await tx
    .update(deliveries)
    .set({ state: 'dropped', ended_at: now(), next_attempt_at: null, leased_until: null })
    .where(and(eq(deliveries.webhook_id, webhook_id), eq(deliveries.state, 'pending')));
}

/** With its secrets and deliveries. False: the project has no such webhook. */
export async function deleteWebhook(db: Db, project_id: string, id: string): Promise<boolean> {
  return db.transaction(async (tx) => {
    const gone = await tx.delete(webhooks).where(ownWebhook(project_id, id)).returning({ id: webhooks.id });
    for (const webhook of gone) await forgetSecrets(tx, webhook.id);
    return gone.length > 0;
  });
}

/** All of a project that is being deleted. */
export async function deleteWebhooksOf(tx: Tx, project_id: string): Promise<void> {
  const gone = await tx.delete(webhooks).where(eq(webhooks.project_id, project_id)).returning({ id: webhooks.id });
  for (const webhook of gone) await forgetSecrets(tx, webhook.id);
}

async function forgetSecrets(tx: Tx, webhook_id: string): Promise<void> {
  for (const which of ['current', 'previous'] as const)
    await tx.delete(secrets).where(eq(secrets.purpose, secretPurpose(webhook_id, which)));
}
