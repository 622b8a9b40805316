import { z } from '@hono/zod-openapi';
import { AppError } from '../../core/errors.ts';
import { KEY_TYPES, type KeyType, type Scope, SCOPES } from '../../core/key-format.ts';
import { createKey, type KeyRow, listKeys, revokeKey } from '../../db/keys.ts';
import { getProject } from '../../db/projects.ts';
import { requireScope } from '../auth.ts';
import { MAX_SMALL_BYTES } from '../body.ts';
import type { Caller, Deps } from '../deps.ts';
import { type App, endpoint } from '../endpoint.ts';
import { makeKey } from '../make-key.ts';

const DEFAULT_SCOPES: Readonly<Record<KeyType, readonly Scope[]>> = {
  user: ['read', 'submit'],
  runner: ['run'],
  operator: SCOPES,
};

/** Of a project, those included that are no longer valid and not yet pruned: a list of them has about 400 kB. */
export const MAX_KEYS = 1_000;

const newKeySchema = z.strictObject({
  name: z.string().min(1).max(100),
  type: z.enum(KEY_TYPES).default('user'),
  scopes: z.array(z.enum(SCOPES)).min(1).max(SCOPES.length).optional().meta({
    description: 'Default: user read and submit, runner run, operator all. At most those of the key that asks.',
  }),
  expires_at: z.iso.datetime().nullable().default(null),
  project_id: z
    .string()
    .optional()
    .meta({ description: 'Default: that of the key that asks; another needs `operator`.' }),
});

const ofProject = z.strictObject({
  project_id: z.string().optional().meta({ description: 'Another project than the own one: needs `operator`.' }),
});

const keySchema = z
  .object({
    id: z.string(),
    project_id: z.string(),
    name: z.string(),
    type: z.enum(KEY_TYPES),
    scopes: z.array(z.enum(SCOPES)),
    prefix: z.string(),
    last_four: z.string(),
    created_at: z.string(),
    last_used_at: z.string().nullable(),
    expires_at: z.string().nullable(),
    revoked_at: z.string().nullable(),
  })
  .meta({ id: 'Key' });
const createdKeySchema = keySchema.extend({ key: z.string().meta({ description: 'Shown this once.' }) });

function keyView(row: KeyRow): z.output<typeof keySchema> {
  return {
    id: row.id,
    project_id: row.project_id,
    name: row.name,
    type: row.type,
    scopes: row.scopes as Scope[],
    prefix: row.prefix,
    last_four: row.last_four,
    created_at: row.created_at.toISOString(),
    last_used_at: row.last_used_at?.toISOString() ?? null,
    expires_at: row.expires_at?.toISOString() ?? null,
    revoked_at: row.revoked_at?.toISOString() ?? null,
  };
}

/** A key may hand on what it has itself, nothing more. */
function grantable(caller: Caller, type: KeyType, scopes: readonly Scope[]): readonly Scope[] {
  const beyond = scopes.filter((scope) => !caller.scopes.includes(scope));
  if (beyond.length > 0)
    throw new AppError('forbidden', `this key lacks the scopes that it would give: ${beyond.join(', ')}`);
  if (type !== 'operator' && scopes.includes('operator')) {
    throw new AppError('forbidden', 'the scope `operator` belongs to keys of type operator');
  }
  return [...new Set(scopes)];
}

function expiry(expires_at: string | null, now: Date): Date | null {
  if (expires_at === null) return null;
  const date = new Date(expires_at);
  if (date > now) return date;
  const problems = [{ pointer: '/expires_at', detail: `expected a time in the future, got ${expires_at}` }];
  throw new AppError('invalid-request', 'expires_at: expected a time in the future', { problems });
}

/** Whose keys are meant. Throws forbidden, and not-found for a project that an operator names and that is none. */
async function projectOf(deps: Deps, caller: Caller, named: string | undefined): Promise<string> {
  if (named === undefined || named === caller.project_id) return caller.project_id;
  requireScope(caller, 'operator');
  if ((await getProject(deps.db, named)) === null) throw new AppError('not-found', `no project ${named}`);
  return named;
}

function createRoute(app: App, deps: Deps): void {
  endpoint(
    app,
    deps,
    {
      method: 'post',
      path: '/v1/keys',
      tag: 'keys',
      summary: 'Makes a key of the project, an operator also of another. Its text is in this answer and nowhere else.',
      scope: 'admin',
      body: { schema: newKeySchema, maxBytes: MAX_SMALL_BYTES, types: ['json'] },
      answers: { 201: { description: 'The key.', schema: createdKeySchema } },
    },
    async ({ c, caller, body }) => {
      const project_id = await projectOf(deps, caller, body.project_id);
      if ((await listKeys(deps.db, project_id)).length >= MAX_KEYS) {
        const detail = `the project has ${MAX_KEYS} keys, revoked and expired ones included: give fewer, which last longer`;
        throw new AppError('quota-exceeded', detail, { extra: { max_keys: MAX_KEYS } });
      }
      const { text, row } = await makeKey(deps, {
        project_id,
        name: body.name,
        type: body.type,
        scopes: grantable(caller, body.type, body.scopes ?? DEFAULT_SCOPES[body.type]),
        expires_at: expiry(body.expires_at, deps.now()),
      });
      const stored = await createKey(deps.db, row);
      return c.json({ ...keyView(stored), key: text }, 201, { 'Cache-Control': 'no-store' });
    },
  );
}

/** Keys of the project, and who is asking. */
export function keyRoutes(app: App, deps: Deps): void {
  createRoute(app, deps);
  endpoint(
    app,
    deps,
    {
      method: 'get',
      path: '/v1/keys',
      tag: 'keys',
      summary: 'Lists the keys of the project, revoked and expired ones too; never their text.',
      scope: 'admin',
      query: ofProject,
      answers: { 200: { description: 'Keys.', schema: z.object({ keys: z.array(keySchema) }) } },
    },
    async ({ c, caller, query }) => {
      const project_id = await projectOf(deps, caller, query.project_id);
      return c.json({ keys: (await listKeys(deps.db, project_id)).map(keyView) });
    },
  );
  endpoint(
    app,
    deps,
    {
      method: 'delete',
      path: '/v1/keys/{id}',
      tag: 'keys',
      summary: 'Revokes a key, at once.',
      scope: 'admin',
      params: z.object({ id: z.string().meta({ description: 'key_…' }) }),
      query: ofProject,
      answers: { 204: { description: 'Revoked.' } },
    },
    async ({ c, caller, params, query }) => {
      const project_id = await projectOf(deps, caller, query.project_id);
      const revoked = await revokeKey(deps.db, project_id, params.id);
      if (!revoked) throw new AppError('not-found', `no key ${params.id}`);
      return c.body(null, 204);
    },
  );
  endpoint(
    app,
    deps,
    {
      method: 'get',
      path: '/v1/me',
      tag: 'keys',
      summary: 'Who the key is: its project, type and scopes.',
      scope: 'any',
      answers: {
        200: {
          description: 'The key that asks.',
          schema: z
            .object({
              key_id: z.string(),
              project_id: z.string(),
              type: z.enum(KEY_TYPES),
              scopes: z.array(z.enum(SCOPES)),
            })
            .meta({ id: 'Me' }),
        },
      },
    },
    ({ c, caller }) => c.json(caller),
  );
}
