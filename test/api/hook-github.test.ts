import { eq } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { experiments } from '../../src/db/schema/experiments.ts';
import { commitOf, githubPing, githubPullRequest, githubPush } from '../fixtures/github-events.ts';
import { smallSpec } from '../fixtures/spec.ts';
import { cameOf, experimentsOf, fromGithub, githubSignature, type Hook, newHook } from './hook-senders.ts';
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

  it('by another method is told which there is', async () => {
    const answer = await api.send('GET', hook.path);
    expect(answer.status).toBe(405);
    expect(answer.headers.get('Allow')).toContain('POST');
  });
});
