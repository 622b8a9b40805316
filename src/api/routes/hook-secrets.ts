import { z } from '@hono/zod-openapi';
import { getHook, hookPurpose, type HookRow } from '../../db/hooks.ts';
import { rotateHookSecret, setHookToken } from '../../db/hook-secrets.ts';
import { MAX_SMALL_BYTES } from '../body.ts';
import type { Deps } from '../deps.ts';
import { type App, endpoint } from '../endpoint.ts';
import { checkedSettings, secretText, tokenText } from '../hook-settings.ts';
import { hookIdParam, hookSchema, hookView, hookWithSecretSchema } from '../hook-view.ts';
import type { KeptSecrets } from '../kept-secrets.ts';
import { WEBHOOK_SECRET_BYTES, webhookSecretText } from '../webhook-signature.ts';
import { noHook } from './hooks.ts';

const DAY_S = 86_400;
/** A code host whose setting was not changed within a week has been forgotten. */
const MAX_OVERLAP_S = 7 * DAY_S;
/** Rotations at once are somebody's slip: each after the first finds another current secret, and takes that. */
const MAX_TRIES = 3;

const rotationSchema = z.strictObject({
  secret: secretText.optional().meta({ description: 'Default: one is made.' }),
  overlap_s: z
    .int()
    .min(0)
    .max(MAX_OVERLAP_S)
    .default(DAY_S)
    .meta({ description: 'For so long the secret before is taken, too; 0: it is of no use any more.' }),
});

interface Rotated {
  readonly project_id: string;
  readonly id: string;
  readonly secret: string;
  readonly overlap_s: number;
}

function rotateRoute(app: App, deps: Deps, secrets: KeptSecrets): void {
  const rotate = async ({ project_id, id, secret, overlap_s }: Rotated): Promise<HookRow> => {
    // Whose it is, before its secret is opened.
    if ((await getHook(deps.db, project_id, id)) === null) throw noHook(id);
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const from = await secrets.open(hookPurpose(id, 'secret'));
      if (from === null) throw noHook(id);
      const rotated = await rotateHookSecret(deps.db, project_id, id, {
        from: from.row,
        current: await secrets.sealFor(hookPurpose(id, 'secret'), new TextEncoder().encode(secret)),
        previous: overlap_s === 0 ? null : await secrets.sealFor(hookPurpose(id, 'previous'), from.secret),
        overlap_s,
      });
      if (rotated === null) throw noHook(id);
      if (rotated !== 'changed') return rotated;
    }
    throw new Error(`the secret of the hook ${id} was changed again and again meanwhile`);
  };
  endpoint(
    app,
    deps,
    {
      method: 'post',
      path: '/v1/hooks/{id}/rotate-secret',
      tag: 'hooks',
      summary: 'Gives the hook another secret, which is in this answer and nowhere else; for a day both are taken.',
      scope: 'admin',
      params: hookIdParam,
      body: { schema: rotationSchema, maxBytes: MAX_SMALL_BYTES, types: ['json'], optional: true },
      answers: { 200: { description: 'The hook with its new secret.', schema: hookWithSecretSchema } },
    },
    async ({ c, caller, params, body }) => {
      const secret = body.secret ?? webhookSecretText(deps.randomBytes(WEBHOOK_SECRET_BYTES));
      const { project_id } = caller;
      const row = await rotate({ project_id, id: params.id, secret, overlap_s: body.overlap_s });
      const view = { ...hookView(row), secret: body.secret === undefined ? secret : null };
      return c.json(view, 200, { 'Cache-Control': 'no-store' });
    },
  );
}

/** What a hook knows its sender by, and what it writes to the code host with. */
export function hookSecretRoutes(app: App, deps: Deps, secrets: KeptSecrets): void {
  rotateRoute(app, deps, secrets);
  endpoint(
    app,
    deps,
    {
      method: 'put',
      path: '/v1/hooks/{id}/token',
      tag: 'hooks',
      summary: 'Sets the token that commit statuses and comments are written with; it is never shown.',
      scope: 'admin',
      params: hookIdParam,
      body: { schema: z.strictObject({ token: tokenText }), maxBytes: MAX_SMALL_BYTES, types: ['json'] },
      answers: { 200: { description: 'The hook.', schema: hookSchema } },
    },
    async ({ c, caller, params, body }) => {
      const known = await getHook(deps.db, caller.project_id, params.id);
      if (known === null) throw noHook(params.id);
      checkedSettings(known.provider, body, { config: deps.config, isNew: false });
      const sealed = await secrets.sealFor(hookPurpose(params.id, 'token'), new TextEncoder().encode(body.token));
      const row = await setHookToken(deps.db, caller.project_id, params.id, sealed);
      if (row === null) throw noHook(params.id);
      return c.json(hookView(row));
    },
  );
  endpoint(
    app,
    deps,
    {
      method: 'delete',
      path: '/v1/hooks/{id}/token',
      tag: 'hooks',
      summary: 'Forgets the token: nothing is written to the code host any more.',
      scope: 'admin',
      params: hookIdParam,
      answers: { 204: { description: 'Forgotten.' } },
    },
    async ({ c, caller, params }) => {
      if ((await setHookToken(deps.db, caller.project_id, params.id, null)) === null) throw noHook(params.id);
      return c.body(null, 204);
    },
  );
}
