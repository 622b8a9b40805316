import { beforeAll, describe, expect, it } from 'vitest';
import { MAX_HOOKS } from '../../src/db/hooks.ts';
import { getSecret } from '../../src/db/secrets.ts';
import { githubPing } from '../fixtures/github-events.ts';
import { smallSpec } from '../fixtures/spec.ts';
import { fromGithub, newHook } from './hook-senders.ts';
import { type Api, jsonOf, problemOf, type Project, startApi } from './service.ts';

let api: Api;
let project: Project;
beforeAll(async () => {
  api = await startApi();
  project = await api.project();
});

const create = (json: unknown) => project.send('POST', '/v1/hooks', { json });
const small = { name: 'ci', provider: 'github', repo: 'acme/shop', target: 'shop', server: 'uvicorn' };

describe('POST /v1/hooks', () => {
  it('makes a hook with the usual settings, and shows its secret once', async () => {
    const answer = await create(small);
    expect(answer.headers.get('Cache-Control')).toBe('no-store');
    const { secret, ...made } = await jsonOf<Record<string, string>>(answer, 201);
    expect(answer.headers.get('Location')).toBe(`/v1/hooks/${made['id']}`);
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(made).toMatchObject({
      name: 'ci',
      provider: 'github',
      path: `/v1/hooks/github/${made['id']}`,
      repo: 'acme/shop',
      events: ['pull-request'],
      branches: ['*'],
      api_url: 'https://api.github.com',
      comment: 'failure',
      has_token: false,
      disabled_at: null,
      template: {
        deployments: [
          { id: 'base', ref: '{{base_sha}}' },
          { id: 'head', ref: '{{sha}}' },
        ],
      },
    });
    const later = await jsonOf(await project.send('GET', `/v1/hooks/${made['id']}`));
    expect(later).toEqual(made);
    const { hooks } = await jsonOf<{ hooks: unknown[] }>(await project.send('GET', '/v1/hooks'));
    expect(hooks).toContainEqual(made);
  });

  it('takes a secret and a token of one’s own, seals both, and never shows them', async () => {
    const own = { secret: `whsec_${Buffer.alloc(32, 3).toString('base64')}`, token: 'ghp_do-not-tell' };
    const made = await jsonOf<{ id: string; secret: null }>(await create({ ...small, name: 'own', ...own }), 201);
    expect(made).toMatchObject({ secret: null, has_token: true });
    const rows = [await getSecret(api.db, `hook/${made.id}/secret`), await getSecret(api.db, `hook/${made.id}/token`)];
    for (const row of rows) {
      expect(row).not.toBeNull();
      expect(Buffer.from(row?.sealed ?? '', 'base64').toString('latin1')).not.toMatch(/whsec_|ghp_/);
    }
    const listed = await (await project.send('GET', '/v1/hooks')).text();
    for (const text of [own.secret, own.token]) {
      expect(listed).not.toContain(text);
      expect(JSON.stringify(api.logged)).not.toContain(text);
    }
    const ping = await fromGithub(
      api,
      { id: made.id, path: `/v1/hooks/github/${made.id}`, secret: own.secret },
      'ping',
      githubPing(),
    );
    expect(ping.status).toBe(202);
  });

  it('takes a template as an object, and as the text of a YAML file', async () => {
    const template = smallSpec({ name: '{{branch}}' });
    const { target: _target, server: _server, ...without } = small;
    const made = await jsonOf(await create({ ...without, name: 'object', template }), 201);
    expect(made['template']).toEqual(template);
    const text =
      'name: "{{branch}}" # as it came\ndeployments: [{id: a, target: shop, server: uvicorn, ref: "{{sha}}"}]\nload: [{model: closed, connections: [1]}]\n';
    const ofText = await jsonOf(await create({ ...without, name: 'text', template: text }), 201);
    expect(ofText['template']).toMatchObject({ name: '{{branch}}', deployments: [{ ref: '{{sha}}' }] });
  });

  it('names every problem at once, and stores nothing', async () => {
    const json = {
      name: '',
      provider: 'gitlab',
      events: ['generic', 'push'],
      template: smallSpec({ name: '{{nonsense}}' }),
      target: 'shop',
      api_url: 'https://127.0.0.1/',
      token: 'x y',
      secret: 'short',
    };
    const byItself = await problemOf(await create(json));
    expect(byItself.errors?.map(({ pointer }) => pointer).sort()).toEqual(['/name', '/secret', '/token']);
    const together = await problemOf(await create({ ...json, name: 'x', token: 'x', secret: undefined }));
    expect(together.errors?.map(({ pointer }) => pointer).sort()).toEqual([
      '/api_url',
      '/api_url',
      '/events/0',
      '/repo',
      '/template',
      '/token',
    ]);
    expect(
      (await jsonOf<{ hooks: { name: string }[] }>(await project.send('GET', '/v1/hooks'))).hooks.map(
        ({ name }) => name,
      ),
    ).not.toContain('x');
  });

  it.each([
    ['an unknown placeholder', { template: smallSpec({ name: '{{shaa}}' }) }, '/template/name'],
    ['a spec that can never be one', { template: smallSpec({ workers: [0] }) }, '/template/workers/0'],
    ['YAML with an alias', { template: 'a: &x 1\nb: *x\n' }, '/template'],
    ['no template and no target', {}, '/template'],
    ['a target without a server', { target: 'shop' }, '/template'],
    ['an address that is not public', { target: 'a', server: 'b', api_url: 'http://169.254.169.254/' }, '/api_url'],
    ['an address with a query', { target: 'a', server: 'b', api_url: 'https://ghe.example.com/api/v3?' }, '/api_url'],
    ['a secret that is cut', { target: 'a', server: 'b', secret: 'whsec_dG9vIHNob3J0LCBidXQgbG9uZw' }, '/secret'],
  ])('refuses %s', async (_, settings, pointer) => {
    const answer = await create({ name: 'refused', provider: 'github', repo: 'acme/shop', ...settings });
    expect(answer.status).toBe(422);
    const problem = await problemOf(answer);
    expect(problem.code).toBe('invalid-request');
    expect(problem.errors?.[0]?.pointer).toBe(pointer);
  });

  it('refuses a name that another hook of the project has, and lets another project have it', async () => {
    await create({ ...small, name: 'taken' });
    const again = await create({ ...small, name: 'taken' });
    expect(again.status).toBe(409);
    expect((await problemOf(again)).code).toBe('name-taken');
    const other = await api.project();
    await jsonOf(await other.send('POST', '/v1/hooks', { json: { ...small, name: 'taken' } }), 201);
  });

  it('refuses more than a project may have', async () => {
    const mine = await api.project();
    for (let n = 0; n < MAX_HOOKS; n += 1) await newHook(mine);
    const answer = await mine.send('POST', '/v1/hooks', { json: small });
    expect(answer.status).toBe(429);
    expect((await problemOf(answer)).code).toBe('quota-exceeded');
  });
});

describe('PATCH and DELETE /v1/hooks/{id}', () => {
  it('change what is given, and leave the rest', async () => {
    const hook = await newHook(project);
    const path = `/v1/hooks/${hook.id}`;
    const before = await jsonOf(await project.send('GET', path));
    const changed = await jsonOf(await project.send('PATCH', path, { json: { branches: ['main'], disabled: true } }));
    expect(changed).toEqual({ ...before, branches: ['main'], disabled_at: expect.any(String) });
    const enabled = await jsonOf(
      await project.send('PATCH', path, {
        json: { disabled: false, api_url: null, target: 'other', server: 'hypercorn' },
      }),
    );
    expect(enabled).toMatchObject({
      disabled_at: null,
      api_url: null,
      template: { deployments: [{ target: 'other' }, {}] },
    });
    const none = await project.send('PATCH', path, { json: { repo: null } });
    expect((await problemOf(none)).errors?.map(({ pointer }) => pointer)).toEqual(['/repo']);
    expect(await jsonOf(await project.send('PATCH', path))).toEqual(enabled);
  });

  it('refuse a name that is taken', async () => {
    const [one, other] = [await newHook(project, { name: 'first one' }), await newHook(project)];
    expect(one.id).not.toBe(other.id);
    const answer = await project.send('PATCH', `/v1/hooks/${other.id}`, { json: { name: 'first one' } });
    expect((await problemOf(answer)).code).toBe('name-taken');
  });

  it('forget a hook with its secrets; its events are then of an unknown hook', async () => {
    const hook = await newHook(project, { token: 'ghp_x' });
    expect((await project.send('DELETE', `/v1/hooks/${hook.id}`)).status).toBe(204);
    expect((await project.send('DELETE', `/v1/hooks/${hook.id}`)).status).toBe(404);
    for (const which of ['secret', 'token']) expect(await getSecret(api.db, `hook/${hook.id}/${which}`)).toBeNull();
    expect((await fromGithub(api, hook, 'ping', githubPing())).status).toBe(401);
  });
});

describe('the secret of a hook', () => {
  it('rotates: for a while both are taken, then the new one alone', async () => {
    const hook = await newHook(project);
    const rotate = (json: unknown) => project.send('POST', `/v1/hooks/${hook.id}/rotate-secret`, { json });
    const first = await jsonOf<{ secret: string; previous_secret_until: string }>(await rotate({}));
    expect(first.secret).not.toBe(hook.secret);
    expect(Date.parse(first.previous_secret_until)).toBeGreaterThan(Date.now() + 80_000_000);
    const renewed = { ...hook, secret: first.secret };
    expect((await fromGithub(api, hook, 'ping', githubPing())).status).toBe(202);
    expect((await fromGithub(api, renewed, 'ping', { ...githubPing(), zen: 'another' })).status).toBe(202);
    const second = await jsonOf<{ secret: string; previous_secret_until: null }>(await rotate({ overlap_s: 0 }));
    expect(second.previous_secret_until).toBeNull();
    for (const old of [hook, renewed]) expect((await fromGithub(api, old, 'ping', githubPing())).status).toBe(401);
    const latest = { ...hook, secret: second.secret };
    expect((await fromGithub(api, latest, 'ping', { ...githubPing(), zen: 'third' })).status).toBe(202);
    expect(await getSecret(api.db, `hook/${hook.id}/previous`)).toBeNull();
  });

  it('of which several are asked for at once is one of those that were answered', async () => {
    const hook = await newHook(project);
    const answers = await Promise.all(
      Array.from({ length: 3 }, () =>
        project.send('POST', `/v1/hooks/${hook.id}/rotate-secret`, { json: { overlap_s: 0 } }),
      ),
    );
    const secrets = await Promise.all(answers.map(async (answer) => (await jsonOf<{ secret: string }>(answer)).secret));
    const taken = await Promise.all(
      secrets.map(
        async (secret, i) =>
          (await fromGithub(api, { ...hook, secret }, 'ping', { ...githubPing(), zen: `${i}` })).status,
      ),
    );
    expect(taken.toSorted((a, b) => a - b)).toEqual([202, 401, 401]);
  });

  it('takes one of another’s making, and shows that to nobody', async () => {
    const hook = await newHook(project, { provider: 'gitlab' });
    const secret = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;
    const rotated = await jsonOf(
      await project.send('POST', `/v1/hooks/${hook.id}/rotate-secret`, { json: { secret } }),
    );
    expect(rotated['secret']).toBeNull();
  });
});
