import { eq } from 'drizzle-orm';
import type { Db } from './client.ts';
import { inSeconds } from './clock.ts';
import { secrets } from './schema/secrets.ts';
import { webhooks } from './schema/webhooks.ts';
import type { SecretRow } from './secrets.ts';
import { ownWebhook, secretPurpose, SHOWN_WEBHOOK, type WebhookRow } from './webhooks.ts';

export interface Rotation {
  /** The row of the current secret as it was read: `previous` holds the same secret, sealed for its new row. */
  readonly from: Pick<SecretRow, 'id'>;
  readonly current: SecretRow;
  readonly previous: SecretRow;
  /** For so long both are signed with. */
  readonly overlap_s: number;
}

/**
 * Makes another secret the current one and keeps the one before beside it for a while; one still before that is forgotten at once.
 * `changed`: another rotation came between the read and this. Null: the project has no such webhook.
 */
export async function rotateWebhookSecret(
  db: Db,
  project_id: string,
  id: string,
  { from, current, previous, overlap_s }: Rotation,
): Promise<WebhookRow | 'changed' | null> {
  return db.transaction(async (tx) => {
    const [webhook] = await tx
      .update(webhooks)
      .set({ previous_until: inSeconds(overlap_s) })
      .where(ownWebhook(project_id, id))
      .returning(SHOWN_WEBHOOK);
    if (!webhook) return null;
    const gone = await tx.delete(secrets).where(eq(secrets.id, from.id)).returning({ id: secrets.id });
    // Nothing is undone by this: the rotation that came between has set a time of its own, and this one is asked for again.
    if (gone.length === 0) return 'changed';
    await tx.delete(secrets).where(eq(secrets.purpose, secretPurpose(id, 'previous')));
    await tx.insert(secrets).values([current, previous]);
    return webhook;
  });
}
