import { z } from '@hono/zod-openapi';
import { rotateWebhookSecret } from '../../db/webhook-secret.ts';
import { secretPurpose, type WebhookRow } from '../../db/webhooks.ts';
import { MAX_SMALL_BYTES } from '../body.ts';
import type { Deps } from '../deps.ts';
import { type App, endpoint } from '../endpoint.ts';
import type { KeptSecrets } from '../kept-secrets.ts';
import { WEBHOOK_SECRET_BYTES, webhookSecretText } from '../webhook-signature.ts';
import { webhookIdParam, webhookView, webhookWithSecretSchema } from '../webhook-view.ts';
import { noWebhook } from './webhooks.ts';

const DAY_S = 86_400;
/** A receiver that has not changed its secret within a week has forgotten it. */
const MAX_OVERLAP_S = 7 * DAY_S;
/** Rotations at once are somebody's slip: each after the first finds another current secret, and takes that. */
const MAX_TRIES = 3;

const rotationSchema = z.strictObject({
  overlap_s: z
    .int()
    .min(0)
    .max(MAX_OVERLAP_S)
    .default(DAY_S)
    .meta({ description: 'For so long what is sent is signed with both; 0: the old secret is of no use any more.' }),
});

/** Another secret for a webhook, without a moment in which its receiver could verify nothing. */
export function webhookSecretRoutes(app: App, deps: Deps, kept: KeptSecrets): void {
  const rotate = async (project_id: string, id: string, secret: Uint8Array, overlap_s: number): Promise<WebhookRow> => {
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const from = await kept.open(secretPurpose(id, 'current'));
      if (from === null) throw noWebhook(id);
      const rotated = await rotateWebhookSecret(deps.db, project_id, id, {
        from: from.row,
        current: await kept.sealFor(secretPurpose(id, 'current'), secret),
        previous: await kept.sealFor(secretPurpose(id, 'previous'), from.secret),
        overlap_s,
      });
      if (rotated === null) throw noWebhook(id);
      if (rotated !== 'changed') return rotated;
    }
    throw new Error(`the secret of the webhook ${id} was changed again and again meanwhile`);
  };
  endpoint(
    app,
    deps,
    {
      method: 'post',
      path: '/v1/webhooks/{id}/rotate-secret',
      tag: 'webhooks',
      summary: 'Gives the webhook another secret, which is in this answer and nowhere else; for a day both sign.',
      scope: 'admin',
      params: webhookIdParam,
      body: { schema: rotationSchema, maxBytes: MAX_SMALL_BYTES, types: ['json'], optional: true },
      answers: { 200: { description: 'The webhook with its new secret.', schema: webhookWithSecretSchema } },
    },
    async ({ c, caller, params, body }) => {
      const secret = deps.randomBytes(WEBHOOK_SECRET_BYTES);
      const row = await rotate(caller.project_id, params.id, secret, body.overlap_s);
      const view = { ...webhookView(row), secret: webhookSecretText(secret) };
      return c.json(view, 200, { 'Cache-Control': 'no-store' });
    },
  );
}
