import { z } from '@hono/zod-openapi';
import { pageAnswer } from '../page-answer.ts';
import { AppError } from '../../core/errors.ts';
import { type DeliveryRow, getDelivery, listDeliveries, redeliver, testWebhook } from '../../db/deliveries.ts';
import { MAX_SMALL_BYTES } from '../body.ts';
import type { Deps } from '../deps.ts';
import { type App, endpoint } from '../endpoint.ts';
import { attemptView, deliverySchema, deliveryView, webhookIdParam, wholeDeliverySchema } from '../webhook-view.ts';
import { noWebhook } from './webhooks.ts';

const DEFAULT_PAGE = 20;
/** A page of 100 deliveries is about 30 kB. */
const MAX_PAGE = 100;

const deliveryParams = webhookIdParam.extend({ delivery: z.string().meta({ description: 'dlv_…' }) });
const nothing = { schema: z.strictObject({}), maxBytes: MAX_SMALL_BYTES, types: ['json'], optional: true } as const;

const listQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(MAX_PAGE).default(DEFAULT_PAGE),
  cursor: z
    .string()
    .regex(/^\d{1,15}$/, 'the cursor of a `next` link, unchanged')
    .optional(),
});

/** What is put into the outbox is looked for at once. Throws not-found, webhook-disabled. */
function queued(deps: Deps, row: DeliveryRow | 'disabled' | null, missing: AppError): DeliveryRow {
  if (row === null) throw missing;
  if (row === 'disabled') {
    const how = 'enable it first: PATCH with `disabled: false`';
    throw new AppError('webhook-disabled', `the webhook is disabled and is told nothing: ${how}`);
  }
  deps.outbox?.wake();
  return row;
}

const noDelivery = (id: string): AppError => new AppError('not-found', `no delivery ${id}`);

function readRoutes(app: App, deps: Deps): void {
  endpoint(
    app,
    deps,
    {
      method: 'get',
      path: '/v1/webhooks/{id}/deliveries',
      tag: 'webhooks',
      summary: 'Lists what was and is to be sent to a webhook, newest first; kept for 30 days.',
      scope: 'admin',
      params: webhookIdParam,
      query: listQuery,
      answers: {
        200: {
          description: 'One page; `Link: rel="next"` and `next` lead to the one after it.',
          schema: z.object({ deliveries: z.array(deliverySchema), next: z.string().nullable() }),
        },
      },
    },
    async ({ c, caller, params, query }) => {
      const { limit, cursor = null } = query;
      const page = await listDeliveries(deps.db, caller.project_id, params.id, {
        limit,
        before: cursor === null ? null : Number(cursor),
      });
      if (page === null) throw noWebhook(params.id);
      const deliveries = page.deliveries.map(deliveryView);
      return pageAnswer(c, `/v1/webhooks/${params.id}/deliveries`, { deliveries }, page.next);
    },
  );
  endpoint(
    app,
    deps,
    {
      method: 'get',
      path: '/v1/webhooks/{id}/deliveries/{delivery}',
      tag: 'webhooks',
      summary: 'One delivery: what was sent, and what came of each attempt.',
      scope: 'admin',
      params: deliveryParams,
      answers: { 200: { description: 'The delivery.', schema: wholeDeliverySchema } },
    },
    async ({ c, caller, params }) => {
      const found = await getDelivery(deps.db, caller.project_id, params.id, params.delivery);
      if (found === null) throw noDelivery(params.delivery);
      return c.json({ ...deliveryView(found), payload: found.payload, log: found.log.map(attemptView) });
    },
  );
}

/** The log of what is sent to a webhook, and sending by hand. */
export function webhookDeliveryRoutes(app: App, deps: Deps): void {
  readRoutes(app, deps);
  endpoint(
    app,
    deps,
    {
      method: 'post',
      path: '/v1/webhooks/{id}/test',
      tag: 'webhooks',
      summary: 'Sends the event `webhook.test` to a webhook, whatever it wants.',
      scope: 'admin',
      params: webhookIdParam,
      body: nothing,
      answers: { 202: { description: 'It is being sent: the delivery tells how it goes.', schema: deliverySchema } },
    },
    async ({ c, caller, params }) => {
      const row = await testWebhook(deps.db, caller.project_id, params.id);
      const delivery = queued(deps, row, noWebhook(params.id));
      const headers = { Location: `/v1/webhooks/${params.id}/deliveries/${delivery.id}` };
      return c.json(deliveryView(delivery), 202, headers);
    },
  );
  endpoint(
    app,
    deps,
    {
      method: 'post',
      path: '/v1/webhooks/{id}/deliveries/{delivery}/redeliver',
      tag: 'webhooks',
      summary: 'Sends a delivery once more, now and under its id, however it ended.',
      scope: 'admin',
      params: deliveryParams,
      body: nothing,
      answers: { 202: { description: 'It is being sent.', schema: deliverySchema } },
    },
    async ({ c, caller, params }) => {
      const row = await redeliver(deps.db, caller.project_id, params.id, params.delivery);
      return c.json(deliveryView(queued(deps, row, noDelivery(params.delivery))), 202);
    },
  );
}
