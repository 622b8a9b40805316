import { beforeAll, describe, expect, it } from 'vitest';
import { openApiDocument } from '../../src/api/routes/docs.ts';
import { SCOPES, type Scope } from '../../src/core/key-format.ts';
import { type Api, jsonOf, problemOf, type Project, startApi } from './service.ts';

interface Route {
  readonly method: string;
  readonly path: string;
  /** undefined: open; 'any': whatever key. */
  readonly scope: Scope | 'any' | undefined;
}

let api: Api;
let project: Project;
let routes: Route[];

beforeAll(async () => {
  api = await startApi();
  project = await api.project();
  const { paths } = openApiDocument(api.app, api.deps.config);
  routes = Object.entries(paths ?? {}).flatMap(([path, item]) =>
    Object.entries(item as Record<string, { security?: Record<string, Scope[]>[] }>).map(([method, of]) => ({
      method: method.toUpperCase(),
      path: path.replaceAll(/\{(\w+)\}/g, (_, name: string) => (['block', 'run'].includes(name) ? '1' : 'x')),
      scope: of.security === undefined ? undefined : (of.security[0]?.['key']?.[0] ?? 'any'),
    })),
  );
});

describe('every route that is not open', () => {
  it('refuses a request without a key, and with one that is unknown, mistyped, expired or revoked', async () => {
    const expired = await project.withKey('user', SCOPES.slice(0, 4), new Date(Date.now() - 1000));
    const created = await jsonOf<{ id: string; key: string }>(
      await project.send('POST', '/v1/keys', { json: { name: 'gone' } }),
      201,
    );
    await project.send('DELETE', `/v1/keys/${created.id}`);
    const mistyped = `${project.key.slice(0, -1)}${project.key.endsWith('a') ? 'b' : 'a'}`;
    const closed = routes.filter((route) => route.scope !== undefined);
    expect(closed.length).toBeGreaterThan(25);
    for (const { method, path } of closed) {
      for (const key of [null, 'nonsense', mistyped, expired, created.key]) {
        const response = await api.send(method, path, { key });
        expect(response.status, `${method} ${path} with ${key}`).toBe(401);
        expect(response.headers.get('WWW-Authenticate')).toContain('Bearer');
        expect((await problemOf(response)).code).toBe('unauthorized');
      }
    }
  });

  it('refuses a key with every other scope but its own, and names the one that is needed', async () => {
    for (const scope of SCOPES) {
      const others = await project.withKey(
        'operator',
        SCOPES.filter((s) => s !== scope),
      );
      for (const { method, path } of routes.filter((route) => route.scope === scope)) {
        const response = await api.send(method, path, { key: others });
        expect(response.status, `${method} ${path}`).toBe(403);
        const problem = await problemOf(response);
        expect(problem.code).toBe('forbidden');
        expect(problem.detail).toContain(`\`${scope}\``);
      }
    }
  });

  it('is let through by a key with its scope alone', async () => {
    for (const scope of SCOPES) {
      const key = await project.withKey('operator', [scope]);
      for (const { method, path } of routes.filter((route) => route.scope === scope)) {
        const { status } = await api.send(method, path, { key });
        expect([401, 403], `${method} ${path}`).not.toContain(status);
      }
    }
  });
});

describe('GET /v1/me', () => {
  it('says who the key is, whatever its scopes', async () => {
    const key = await project.withKey('runner', ['run']);
    expect(await jsonOf(await api.send('GET', '/v1/me', { key }))).toMatchObject({
      project_id: project.id,
      type: 'runner',
      scopes: ['run'],
    });
  });
});

describe('/v1/keys', () => {
  it('shows a new key once and works with it; the list never shows it', async () => {
    const mine = await api.project();
    const created = await jsonOf<{ id: string; key: string; prefix: string; last_four: string }>(
      await mine.send('POST', '/v1/keys', { json: { name: 'laptop' } }),
      201,
    );
    expect(created.key).toMatch(/^bw_user_[0-9A-Za-z]{33}$/);
    expect(created).toMatchObject({ name: 'laptop', type: 'user', scopes: ['read', 'submit'], revoked_at: null });
    expect(created.key.startsWith(created.prefix)).toBe(true);
    expect(created.key.endsWith(created.last_four)).toBe(true);
    expect((await api.send('GET', '/v1/experiments', { key: created.key })).status).toBe(200);
    const listed = await (await mine.send('GET', '/v1/keys')).text();
    expect(listed).toContain(created.id);
    expect(listed).not.toContain(created.key);
  });

  it('revokes at once', async () => {
    const mine = await api.project();
    const created = await jsonOf<{ id: string; key: string }>(
      await mine.send('POST', '/v1/keys', { json: { name: 'x' } }),
      201,
    );
    expect((await mine.send('DELETE', `/v1/keys/${created.id}`)).status).toBe(204);
    expect((await api.send('GET', '/v1/me', { key: created.key })).status).toBe(401);
    const { keys } = await jsonOf<{ keys: { id: string; revoked_at: string | null }[] }>(
      await mine.send('GET', '/v1/keys'),
    );
    expect(keys.find((k) => k.id === created.id)?.revoked_at).not.toBeNull();
  });

  it('gives no scope that the asking key lacks, and `operator` to keys of that type alone', async () => {
    const mine = await api.project();
    const admin = await mine.withKey('user', ['admin', 'read']);
    const beyond = await api.send('POST', '/v1/keys', { key: admin, json: { name: 'x', scopes: ['read', 'run'] } });
    expect((await problemOf(beyond)).detail).toContain('run');
    const operator = await mine.send('POST', '/v1/keys', { json: { name: 'x', type: 'user', scopes: ['operator'] } });
    expect(operator.status).toBe(403);
  });

  it('names what is wrong with a request for a key', async () => {
    const mine = await api.project();
    const json = { name: '', type: 'robot', scope: ['read'], expires_at: '2001-01-01T00:00:00Z' };
    const problem = await problemOf(await mine.send('POST', '/v1/keys', { json }));
    expect(problem.errors?.map((e) => e.pointer).sort()).toEqual(['/name', '/scope', '/type']);
    const past = await mine.send('POST', '/v1/keys', { json: { name: 'x', expires_at: '2001-01-01T00:00:00Z' } });
    expect((await problemOf(past)).errors).toEqual([
      { pointer: '/expires_at', detail: 'expected a time in the future, got 2001-01-01T00:00:00Z' },
    ]);
  });

  it('shows and revokes nothing of another project', async () => {
    const [mine, other] = [await api.project(), await api.project()];
    const { id } = await jsonOf<{ id: string }>(await mine.send('POST', '/v1/keys', { json: { name: 'x' } }), 201);
    expect((await other.send('DELETE', `/v1/keys/${id}`)).status).toBe(404);
    expect(await (await other.send('GET', '/v1/keys')).text()).not.toContain(id);
  });
});
