import { z } from '@hono/zod-openapi';
import { AppError } from '../../core/errors.ts';
import { makeId } from '../../core/id.ts';
import { MAX_URL_LENGTH } from '../../core/outbound-url.ts';
import {
  changeWebhook,
  createWebhook,
  deleteWebhook,
  getWebhook,
  listWebhooks,
  MAX_WEBHOOKS,
  secretPurpose,
} from '../../db/webhooks.ts';
import { MAX_SMALL_BYTES } from '../body.ts';
import type { Deps } from '../deps.ts';
import { type App, endpoint } from '../endpoint.ts';
import type { KeptSecrets } from '../kept-secrets.ts';
import { WEBHOOK_SECRET_BYTES, webhookSecretText } from '../webhook-signature.ts';
import {
  eventsOf,
  WANTED_EVENTS,
  webhookIdParam,
  webhookSchema,
  webhookUrl,
  webhookView,
  webhookWithSecretSchema,
} from '../webhook-view.ts';

const settings = {
  url: z
    .string()
    .min(1)
    .max(MAX_URL_LENGTH)
    .meta({ description: 'A public https address without user name and password.' }),
  description: z
    .string()
    .max(200)
    .regex(/^\P{Cc}*$/u, 'one line without control characters'),
  events: z.array(z.enum(WANTED_EVENTS)).min(1).max(WANTED_EVENTS.length),
};

const newWebhookSchema = z.strictObject({
  url: settings.url,
  description: settings.description.default(''),
  events: settings.events,
});

const changeSchema = z.strictObject({
  url: settings.url.optional(),
  description: settings.description.optional(),
  events: settings.events.optional(),
  disabled: z.boolean().optional().meta({ description: 'true: it is told nothing, and what waits for it is dropped.' }),
});

export function noWebhook(id: string): AppError {
  return new AppError('not-found', `no webhook ${id}`);
}

function createRoute(app: App, deps: Deps, kept: KeptSecrets): void {
  endpoint(
    app,
    deps,
    {
      method: 'post',
      path: '/v1/webhooks',
      tag: 'webhooks',
      summary: 'Makes a webhook: an address that is told what happens. Its secret is in this answer and nowhere else.',
      scope: 'admin',
      body: { schema: newWebhookSchema, maxBytes: MAX_SMALL_BYTES, types: ['json'] },
      answers: { 201: { description: 'The webhook.', schema: webhookWithSecretSchema } },
    },
    async ({ c, caller, body }) => {
      const url = webhookUrl(body.url, deps.config);
      const id = makeId('webhook', deps.uuid);
      const secret = deps.randomBytes(WEBHOOK_SECRET_BYTES);
      const { project_id } = caller;
      const webhook = { id, project_id, url, description: body.description, events: eventsOf(body.events) };
      const row = await createWebhook(deps.db, webhook, await kept.sealFor(secretPurpose(id, 'current'), secret));
      if (row === null) {
        const detail = `the project has ${MAX_WEBHOOKS} webhooks, which is as many as it may have: delete one`;
        throw new AppError('quota-exceeded', detail, { extra: { max_webhooks: MAX_WEBHOOKS } });
      }
      const headers = { Location: `/v1/webhooks/${id}`, 'Cache-Control': 'no-store' };
      return c.json({ ...webhookView(row), secret: webhookSecretText(secret) }, 201, headers);
    },
  );
}

function readRoutes(app: App, deps: Deps): void {
  endpoint(
    app,
    deps,
    {
      method: 'get',
      path: '/v1/webhooks',
      tag: 'webhooks',
      summary: 'Lists the webhooks of the project, oldest first; never their secrets.',
      scope: 'admin',
      answers: { 200: { description: 'Webhooks.', schema: z.object({ webhooks: z.array(webhookSchema) }) } },
    },
    async ({ c, caller }) => c.json({ webhooks: (await listWebhooks(deps.db, caller.project_id)).map(webhookView) }),
  );
  endpoint(
    app,
    deps,
    {
      method: 'get',
      path: '/v1/webhooks/{id}',
      tag: 'webhooks',
      summary: 'One webhook.',
      scope: 'admin',
      params: webhookIdParam,
      answers: { 200: { description: 'The webhook.', schema: webhookSchema } },
    },
    async ({ c, caller, params }) => {
      const row = await getWebhook(deps.db, caller.project_id, params.id);
      if (row === null) throw noWebhook(params.id);
      return c.json(webhookView(row));
    },
  );
}

/** The addresses that are told what happens in a project. */
export function webhookRoutes(app: App, deps: Deps, kept: KeptSecrets): void {
  createRoute(app, deps, kept);
  readRoutes(app, deps);
  endpoint(
    app,
    deps,
    {
      method: 'patch',
      path: '/v1/webhooks/{id}',
      tag: 'webhooks',
      summary: 'Changes what is given; `disabled: false` enables one that has answered 410 again.',
      scope: 'admin',
      params: webhookIdParam,
      body: { schema: changeSchema, maxBytes: MAX_SMALL_BYTES, types: ['json'] },
      answers: { 200: { description: 'The webhook.', schema: webhookSchema } },
    },
    async ({ c, caller, params, body }) => {
      const row = await changeWebhook(deps.db, caller.project_id, params.id, {
        ...body,
        url: body.url === undefined ? undefined : webhookUrl(body.url, deps.config),
        events: body.events === undefined ? undefined : eventsOf(body.events),
      });
      if (row === null) throw noWebhook(params.id);
      return c.json(webhookView(row));
    },
  );
  endpoint(
    app,
    deps,
    {
      method: 'delete',
      path: '/v1/webhooks/{id}',
      tag: 'webhooks',
      summary: 'Deletes a webhook with its deliveries; what waits for it is not sent.',
      scope: 'admin',
      params: webhookIdParam,
      answers: { 204: { description: 'Deleted.' } },
    },
    async ({ c, caller, params }) => {
      if (!(await deleteWebhook(deps.db, caller.project_id, params.id))) throw noWebhook(params.id);
      return c.body(null, 204);
    },
  );
}
