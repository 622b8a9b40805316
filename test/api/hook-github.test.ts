import { eq } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { MAX_HOOK_BYTES } from '../../src/api/hook-body.ts';
import { experiments } from '../../src/db/schema/experiments.ts';
import { commitOf, githubPing, githubPullRequest, githubPush } from '../fixtures/github-events.ts';
import { smallSpec } from '../fixtures/spec.ts';
import { cameOf, experimentsOf, fromGithub, githubSignature, type Hook, newHook } from './hook-senders.ts';
import { storedRows } from './stored-rows.ts';
import { type Api, jsonOf, problemOf, type Project, startApi } from './service.ts';

/** GitHub waits 10 s; the promise here is one. */
const SOON_MS = 1_000;

let api: Api;
let project: Project;
let hook: Hook;
beforeAll(async () => {
  api = await startApi();
  project = await api.project();
  hook = await newHook(project, { events: ['push', 'pull-request'] });
  // Any first request is slower.
  await fromGithub(api, hook, 'ping', { ...githubPing(), zen: 'Warm up.' });
});

describe('an event of GitHub', () => {
  it('starts an experiment within a second: base against head, with its origin', async () => {
    const mine = await api.project();
    const own = await newHook(mine);
    const began = performance.now();
    const answer = await fromGithub(api, own, 'pull_request', githubPullRequest());
    expect(performance.now() - began).toBeLessThan(SOON_MS);
    const came = await cameOf(answer);
    expect(came).toMatchObject({ outcome: 'started', experiment_id: expect.stringMatching(/^exp_/) });
    const [row] = await api.db
      .select()
      .from(experiments)
      .where(eq(experiments.id, came.experiment_id ?? ''));
    expect(row).toMatchObject({
      project_id: mine.id,
      status: 'queued',
      labels: { branch: 'faster', commit: commitOf('head') },
      origin: {
        hook_id: own.id,
        provider: 'github',
        event: 'pull-request',
        repo: 'acme/shop',
        branch: 'faster',
        pull_request: 5,
        head_sha: commitOf('head'),
        base_sha: commitOf('base'),
        fork: false,
      },
    });
    const spec = await jsonOf<{ deployments: { id: string; ref: string }[]; series: string }>(
      await mine.send('GET', `/v1/experiments/${came.experiment_id}/spec`),
    );
    expect(spec.deployments.map(({ id, ref }) => [id, ref])).toEqual([
      ['base', commitOf('base')],
      ['head', commitOf('head')],
    ]);
    expect(spec.series).toBe('shop');
  });

  it.each([
    ['ping', githubPing(), 'pong'],
    ['issues', { action: 'opened' }, 'ignored'],
    ['an-event-of-next-year', {}, 'ignored'],
    ['pull_request', githubPullRequest({ action: 'labeled', number: 8 }), 'ignored'],
    ['pull_request', githubPullRequest({ repo: 'acme/other', number: 8 }), 'ignored'],
    ['push', githubPush({ ref: 'refs/tags/v1' }), 'ignored'],
    ['push', githubPush({ after: null }), 'ignored'],
    ['pull_request', githubPullRequest({ action: 'closed', number: 9 }), 'ignored'],
  ])('%s is noted, starts nothing, and says so', async (event, payload, outcome) => {
    const before = (await experimentsOf(project)).length;
    const came = await cameOf(await fromGithub(api, hook, event, payload));
    expect(came).toMatchObject({ outcome, experiment_id: null });
    expect(came.says).not.toBe('');
    expect(await experimentsOf(project)).toHaveLength(before);
    const { deliveries } = await jsonOf<{ deliveries: { id: string; event: string }[] }>(
      await project.send('GET', `/v1/hooks/${hook.id}/deliveries`),
    );
    expect(deliveries[0]).toMatchObject({ id: came.delivery_id, outcome });
  });

  it('that the hook does not ask for, of a branch that it is not for, or while it is disabled starts nothing', async () => {
    const mine = await api.project();
    const own = await newHook(mine, { branches: ['release/*'] });
    expect(await cameOf(await fromGithub(api, own, 'push', githubPush()))).toMatchObject({ outcome: 'ignored' });
    expect(await cameOf(await fromGithub(api, own, 'pull_request', githubPullRequest()))).toMatchObject({
      outcome: 'ignored',
    });
    const onto = githubPullRequest({ onto: 'release/1', updated_at: '2026-11-20T11:00:00Z' });
    await mine.send('PATCH', `/v1/hooks/${own.id}`, { json: { disabled: true } });
    expect(await cameOf(await fromGithub(api, own, 'pull_request', onto))).toMatchObject({
      says: 'the hook is disabled',
    });
    expect(await experimentsOf(mine)).toEqual([]);
  });

  it('comes in JSON or as a form, signed as it is sent', async () => {
    const mine = await api.project();
    const own = await newHook(mine, { events: ['push'] });
    const payload = JSON.stringify(githubPush({ after: commitOf('form') }));
    const form = new URLSearchParams({ payload }).toString();
    const type = 'application/x-www-form-urlencoded';
    expect(await cameOf(await fromGithub(api, own, 'push', form, { type }))).toMatchObject({ outcome: 'started' });
    const signedInside = { 'X-Hub-Signature-256': githubSignature(own.secret, payload) };
    expect((await fromGithub(api, own, 'push', form, { type, headers: signedInside })).status).toBe(401);
    for (const wrong of ['', 'other=1', `payload=1&payload=2`, 'payload=%7B'])
      expect((await fromGithub(api, own, 'push', wrong, { type })).status, wrong).toBe(400);
  });

  it('whose template makes no valid spec starts nothing, and says why', async () => {
    const mine = await api.project();
    const own = await newHook(mine, {
      events: ['push'],
      template: smallSpec({ deployments: [{ id: 'a', target: 'shop', server: 's', ref: '{{branch}}' }] }),
    });
    const hostile = githubPush({ ref: 'refs/heads/x"}, evil: {' });
    const came = await cameOf(await fromGithub(api, own, 'push', hostile));
    expect(came).toMatchObject({ outcome: 'invalid', experiment_id: null });
    expect(came.says).toMatch(/the template makes no valid spec: .*\/deployments\/0\/ref/);
    expect(await experimentsOf(mine)).toEqual([]);
  });

  it('of a branch called x"}, evil: { labels its experiment with just that', async () => {
    const mine = await api.project();
    const own = await newHook(mine);
    const branch = 'x"}, evil: {';
    const came = await cameOf(await fromGithub(api, own, 'pull_request', githubPullRequest({ branch })));
    expect(came.outcome).toBe('started');
    const [experiment] = await experimentsOf(mine);
    expect(experiment?.labels).toEqual({ branch, commit: commitOf('head') });
    const spec = await jsonOf(await mine.send('GET', `/v1/experiments/${came.experiment_id}/spec`));
    expect(Object.keys(spec)).not.toContain('evil');
  });

  it('that finds the queue full is refused with 429, and may come again', async () => {
    const mine = await api.project();
    const own = await newHook(mine);
    await mine.send('PATCH', `/v1/projects/${mine.id}`, { json: { max_queued: 0 } });
    const send = () => fromGithub(api, own, 'pull_request', githubPullRequest(), { delivery: 'once' });
    const refused = await send();
    expect(refused.status).toBe(429);
    expect((await problemOf(refused)).code).toBe('quota-exceeded');
    await mine.send('PATCH', `/v1/projects/${mine.id}`, { json: { max_queued: 1 } });
    expect(await cameOf(await send())).toMatchObject({ outcome: 'started' });
  });
});

describe('who does not know the secret', () => {
  it('is refused with 401, whatever is wrong, and told no more than who names no hook at all', async () => {
    const text = JSON.stringify(githubPullRequest({ number: 77 }));
    const reserialised = JSON.stringify(JSON.parse(text), null, 1);
    const good = githubSignature(hook.secret, text);
    const before = await storedRows(api.db);
    const attempts: [string, string, Record<string, string>, string?][] = [
      ['another secret', text, { 'X-Hub-Signature-256': githubSignature('whsec_other', text) }],
      ['a byte more', `${text} `, { 'X-Hub-Signature-256': good }],
      ['a byte changed', text.replace('77', '78'), { 'X-Hub-Signature-256': good }],
      ['the same JSON in other bytes', reserialised, { 'X-Hub-Signature-256': good }],
      ['no signature', text, { 'X-Hub-Signature-256': '' }],
      ['a signature of SHA-1', text, { 'X-Hub-Signature-256': good.replace('sha256=', 'sha1=') }],
      ['half a signature', text, { 'X-Hub-Signature-256': good.slice(0, 40) }],
      ['a signature in capitals', text, { 'X-Hub-Signature-256': good.toUpperCase() }],
      ['no JSON', '{', { 'X-Hub-Signature-256': good }],
      ['an unknown type', text, { 'X-Hub-Signature-256': 'x', 'Content-Type': 'text/plain' }],
      ['an unknown hook', text, { 'X-Hub-Signature-256': good }, `/v1/hooks/github/hok_${'0'.repeat(32)}`],
      ['a hook of another provider', text, { 'X-Hub-Signature-256': good }, `/v1/hooks/generic/${hook.id}`],
    ];
    const told = new Set<string>();
    for (const [what, body, headers, path = hook.path] of attempts) {
      const answer = await fromGithub(api, { ...hook, path }, 'pull_request', body, { headers, delivery: 'forged' });
      expect(answer.status, what).toBe(401);
      const { code, detail } = await problemOf(answer);
      told.add(`${code}: ${detail}`);
    }
    expect([...told]).toEqual(['unauthorized: no such hook, or a signature that is not made with its secret']);
    expect(await storedRows(api.db)).toEqual(before);
    expect(JSON.stringify(api.logged)).not.toContain(hook.secret);
  });
});

describe('a request that is signed rightly, and is none', () => {
  it.each([
    ['without the name of its event', { 'X-GitHub-Event': '' }, 'pull_request', githubPing(), 422, 'invalid-request'],
    [
      'with a delivery that is too long',
      { 'X-GitHub-Delivery': 'x'.repeat(300) },
      'ping',
      githubPing(),
      422,
      'invalid-request',
    ],
    ['that is not JSON', {}, 'push', '{"ref":', 400, 'malformed-body'],
    ['with a key twice', {}, 'push', '{"ref":"a","ref":"b"}', 400, 'malformed-body'],
    [
      'with a NUL in a branch',
      {},
      'push',
      JSON.stringify(githubPush({ ref: 'refs/heads/a\0b' })),
      400,
      'malformed-body',
    ],
    ['nested too deep', {}, 'push', `${'['.repeat(40)}${']'.repeat(40)}`, 400, 'malformed-body'],
    ['whose payload is of another event', {}, 'push', githubPullRequest({ number: 70 }), 422, 'invalid-request'],
    ['that is packed', { 'Content-Encoding': 'gzip' }, 'ping', githubPing(), 415, 'unsupported-media-type'],
    ['of another type', { 'Content-Type': 'text/plain' }, 'ping', githubPing(), 415, 'unsupported-media-type'],
  ])('%s is refused, and nothing is stored', async (_, headers, event, payload, status, code) => {
    const before = await storedRows(api.db);
    const sent = Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'Content-Type'));
    const type = (headers as Record<string, string>)['Content-Type'];
    const answer = await fromGithub(api, hook, event, payload, {
      headers: sent,
      ...(type === undefined ? {} : { type }),
    });
    expect(answer.status).toBe(status);
    expect((await problemOf(answer)).code).toBe(code);
    expect(await storedRows(api.db)).toEqual(before);
  });

  it('of 20 MB is refused with 413 before it is read, however it is sent', async () => {
    const before = await storedRows(api.db);
    const announced = await api.send('POST', hook.path, {
      text: '{}',
      headers: { 'Content-Length': String(20_000_000), 'X-GitHub-Event': 'push' },
    });
    expect(announced.status).toBe(413);
    expect((await problemOf(announced)).code).toBe('body-too-large');
    let sent = 0;
    const chunk = new Uint8Array(64 * 1024).fill(0x20);
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += chunk.length;
        if (sent >= 20_000_000) controller.close();
        else controller.enqueue(chunk);
      },
    });
    const streamed = await api.app.request(hook.path, { method: 'POST', body, duplex: 'half' } as RequestInit);
    expect(streamed.status).toBe(413);
    expect(sent).toBeLessThan(MAX_HOOK_BYTES + 2 * 1024 * 1024);
    expect(await storedRows(api.db)).toEqual(before);
  });

  it('with another method is told which there is', async () => {
    const answer = await api.send('GET', hook.path);
    expect(answer.status).toBe(405);
    expect(answer.headers.get('Allow')).toContain('POST');
  });
});
