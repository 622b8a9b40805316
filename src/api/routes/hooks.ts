import { z } from '@hono/zod-openapi';
import { AppError } from '../../core/errors.ts';
import { makeId } from '../../core/id.ts';
import { PROVIDERS } from '../../core/origin.ts';
import {
  changeHook,
  createHook,
  deleteHook,
  getHook,
  hookPurpose,
  type HookRow,
  listHooks,
  MAX_HOOKS,
} from '../../db/hooks.ts';
import { MAX_SPEC_BYTES } from '../body.ts';
import type { Deps } from '../deps.ts';
import { type App, endpoint } from '../endpoint.ts';
import { checkedSettings, defaultEvents, GITHUB_API, hookSettings, secretText, tokenText } from '../hook-settings.ts';
import { hookIdParam, hookSchema, hookView, hookWithSecretSchema } from '../hook-view.ts';
import type { KeptSecrets } from '../kept-secrets.ts';
import { WEBHOOK_SECRET_BYTES, webhookSecretText } from '../webhook-signature.ts';

const newHookSchema = z.strictObject({
  name: hookSettings.name,
  provider: z.enum(PROVIDERS),
  repo: hookSettings.repo.optional(),
  events: hookSettings.events.optional().meta({ description: 'Default: pull-request; of a generic hook generic.' }),
  branches: hookSettings.branches.default(['*']),
  template: hookSettings.template.optional(),
  target: hookSettings.target.optional(),
  server: hookSettings.server.optional(),
  interface: hookSettings.interface.optional(),
  api_url: hookSettings.api_url
    .optional()
    .meta({ description: `Where commit statuses and comments are written. Default for GitHub: ${GITHUB_API}` }),
  comment: hookSettings.comment.default('failure'),
  secret: secretText.optional().meta({ description: 'Default: one is made. For a code host that makes its own.' }),
  token: tokenText.optional().meta({ description: 'For commit statuses and comments; never shown again.' }),
});

const changeSchema = z.strictObject({
  name: hookSettings.name.optional(),
  repo: hookSettings.repo.optional(),
  events: hookSettings.events.optional(),
  branches: hookSettings.branches.optional(),
  template: hookSettings.template.optional(),
  target: hookSettings.target.optional(),
  server: hookSettings.server.optional(),
  interface: hookSettings.interface.optional(),
  api_url: hookSettings.api_url.optional(),
  comment: hookSettings.comment.optional(),
  disabled: z.boolean().optional().meta({ description: 'true: its events are noted and start nothing.' }),
});

export function noHook(id: string): AppError {
  return new AppError('not-found', `no hook ${id}`);
}

function nameTaken(name: string | undefined): AppError {
  return new AppError('name-taken', `another hook of the project has the name ${JSON.stringify(name)}`);
}

function kept(row: HookRow | 'full' | 'name-taken', name: string): HookRow {
  if (row === 'name-taken') throw nameTaken(name);
  if (row !== 'full') return row;
  const detail = `the project has ${MAX_HOOKS} hooks, which is as many as it may have: delete one`;
  throw new AppError('quota-exceeded', detail, { extra: { max_hooks: MAX_HOOKS } });
}

function createRoute(app: App, deps: Deps, secrets: KeptSecrets): void {
  endpoint(
    app,
    deps,
    {
      method: 'post',
      path: '/v1/hooks',
      tag: 'hooks',
      summary: 'Makes a hook: an address for the events of a code host. Its secret is in this answer and nowhere else.',
      scope: 'admin',
      body: { schema: newHookSchema, maxBytes: MAX_SPEC_BYTES, types: ['json', 'yaml'] },
      answers: { 201: { description: 'The hook.', schema: hookWithSecretSchema } },
    },
    async ({ c, caller, body }) => {
      const { provider, name, branches, comment, token } = body;
      const { template = {}, api_url } = checkedSettings(provider, body, { config: deps.config, isNew: true });
      const id = makeId('hook', deps.uuid);
      const secret = body.secret ?? webhookSecretText(deps.randomBytes(WEBHOOK_SECRET_BYTES));
      const hook = {
        id,
        project_id: caller.project_id,
        name,
        provider,
        repo: body.repo ?? null,
        events: [...new Set(body.events ?? defaultEvents(provider))],
        branches,
        template,
        api_url: api_url === undefined && provider === 'github' ? GITHUB_API : (api_url ?? null),
        comment,
        has_token: token !== undefined,
      };
      const text = new TextEncoder();
      const sealed = [await secrets.sealFor(hookPurpose(id, 'secret'), text.encode(secret))];
      if (token !== undefined) sealed.push(await secrets.sealFor(hookPurpose(id, 'token'), text.encode(token)));
      const row = kept(await createHook(deps.db, hook, sealed), name);
      const view = { ...hookView(row), secret: body.secret === undefined ? secret : null };
      return c.json(view, 201, { Location: `/v1/hooks/${id}`, 'Cache-Control': 'no-store' });
    },
  );
}

function readRoutes(app: App, deps: Deps): void {
  endpoint(
    app,
    deps,
    {
      method: 'get',
      path: '/v1/hooks',
      tag: 'hooks',
      summary: 'Lists the hooks of the project, oldest first; never their secrets and tokens.',
      scope: 'admin',
      answers: { 200: { description: 'Hooks.', schema: z.object({ hooks: z.array(hookSchema) }) } },
    },
    async ({ c, caller }) => c.json({ hooks: (await listHooks(deps.db, caller.project_id)).map(hookView) }),
  );
  endpoint(
    app,
    deps,
    {
      method: 'get',
      path: '/v1/hooks/{id}',
      tag: 'hooks',
      summary: 'One hook.',
      scope: 'admin',
      params: hookIdParam,
      answers: { 200: { description: 'The hook.', schema: hookSchema } },
    },
    async ({ c, caller, params }) => {
      const row = await getHook(deps.db, caller.project_id, params.id);
      if (row === null) throw noHook(params.id);
      return c.json(hookView(row));
    },
  );
}

function changeRoute(app: App, deps: Deps): void {
  endpoint(
    app,
    deps,
    {
      method: 'patch',
      path: '/v1/hooks/{id}',
      tag: 'hooks',
      summary: 'Changes what is given. What has been started goes on; with another `api_url` the token is forgotten.',
      scope: 'admin',
      params: hookIdParam,
      body: { schema: changeSchema, maxBytes: MAX_SPEC_BYTES, types: ['json', 'yaml'], optional: true },
      answers: { 200: { description: 'The hook.', schema: hookSchema } },
    },
    async ({ c, caller, params, body }) => {
      const known = await getHook(deps.db, caller.project_id, params.id);
      if (known === null) throw noHook(params.id);
      const { template, api_url } = checkedSettings(known.provider, body, { config: deps.config, isNew: false });
      const { name, repo, branches, comment, disabled } = body;
      const events = body.events === undefined ? undefined : [...new Set(body.events)];
      const change = { name, repo, events, branches, comment, disabled, template, api_url };
      const row = await changeHook(deps.db, caller.project_id, params.id, change);
      if (row === null) throw noHook(params.id);
      if (row === 'name-taken') throw nameTaken(name);
      return c.json(hookView(row));
    },
  );
}

/** The addresses to which code hosts send their events. */
export function hookRoutes(app: App, deps: Deps, secrets: KeptSecrets): void {
  createRoute(app, deps, secrets);
  readRoutes(app, deps);
  changeRoute(app, deps);
  endpoint(
    app,
    deps,
    {
      method: 'delete',
      path: '/v1/hooks/{id}',
      tag: 'hooks',
      summary: 'Deletes a hook with its secrets and deliveries; its experiments stay.',
      scope: 'admin',
      params: hookIdParam,
      answers: { 204: { description: 'Deleted.' } },
    },
    async ({ c, caller, params }) => {
      if (!(await deleteHook(deps.db, caller.project_id, params.id))) throw noHook(params.id);
      return c.body(null, 204);
    },
  );
}
