import { eq } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { experiments } from '../../src/db/schema/experiments.ts';
import { commitOf } from '../fixtures/github-events.ts';
import { gitlabMergeRequest, gitlabPush } from '../fixtures/gitlab-events.ts';
import { smallSpec } from '../fixtures/spec.ts';
import { cameOf, experimentsOf, fromAnyone, fromGitlab, type Hook, newHook, standardHeaders } from './hook-senders.ts';
import { type Api, jsonOf, problemOf, type Project, startApi } from './service.ts';

let api: Api;
let project: Project;
beforeAll(async () => {
  api = await startApi();
  project = await api.project();
});

describe('an event of GitLab', () => {
  it('comes with the secret token, or signed, and is one of its project', async () => {
    const hook = await newHook(project, { provider: 'gitlab', events: ['push', 'pull-request'] });
    const pushed = await cameOf(await fromGitlab(api, hook, 'Push Hook', gitlabPush()));
    expect(pushed.outcome).toBe('started');
    const signed = await fromGitlab(api, hook, 'Push Hook', gitlabPush({ after: commitOf('signed') }), {
      signed: true,
    });
    expect(await cameOf(signed)).toMatchObject({ outcome: 'started' });
    const [row] = await api.db
      .select()
      .from(experiments)
      .where(eq(experiments.id, pushed.experiment_id ?? ''));
    expect(row?.origin).toMatchObject({ provider: 'gitlab', event: 'push', repo: 'acme/backend/shop', branch: 'main' });
  });

  it('of a merge request compares with the branch that it goes to; a newer commit and the end cancel', async () => {
    const mine = await api.project();
    const hook = await newHook(mine, { provider: 'gitlab' });
    const send = async (changes: Parameters<typeof gitlabMergeRequest>[0]) =>
      cameOf(await fromGitlab(api, hook, 'Merge Request Hook', gitlabMergeRequest(changes)));
    const first = await send({ updated_at: '2026-11-20 10:00:00 UTC' });
    const spec = await jsonOf<{ deployments: { ref: string }[] }>(
      await mine.send('GET', `/v1/experiments/${first.experiment_id}/spec`),
    );
    expect(spec.deployments.map(({ ref }) => ref)).toEqual(['main', commitOf('head')]);
    const pushed = { action: 'update', oldrev: commitOf('head'), head_sha: commitOf('next') };
    expect(await send({ ...pushed, updated_at: '2026-11-20 10:01:00 UTC' })).toMatchObject({ outcome: 'started' });
    expect(await send({ action: 'update', updated_at: '2026-11-20 10:02:00 UTC' })).toMatchObject({
      outcome: 'ignored',
    });
    expect(await send({ ...pushed, head_sha: commitOf('late'), updated_at: '2026-11-20 10:00:30 UTC' })).toMatchObject({
      outcome: 'stale',
    });
    expect(await send({ action: 'merge', updated_at: '2026-11-20 10:03:00 UTC' })).toMatchObject({
      outcome: 'canceled',
    });
    expect((await experimentsOf(mine)).map(({ status }) => status)).toEqual(['canceled', 'canceled']);
    expect(await send({ iid: 4, fork: true })).toMatchObject({ outcome: 'waiting-approval' });
  });

  it('comes again under its Idempotency-Key, or with its body, and starts nothing', async () => {
    const mine = await api.project();
    const hook = await newHook(mine, { provider: 'gitlab' });
    const send = (delivery: string, iid: number) =>
      fromGitlab(api, hook, 'Merge Request Hook', gitlabMergeRequest({ iid }), { delivery });
    const first = await cameOf(await send('a', 1));
    expect(await cameOf(await send('a', 2), 200)).toEqual(first);
    expect(await cameOf(await send('b', 1), 200)).toEqual(first);
    const text = JSON.stringify(gitlabMergeRequest({ iid: 9 }));
    const old = { 'X-Gitlab-Event': 'Merge Request Hook', 'X-Gitlab-Token': hook.secret };
    // Before 17.4 it named no delivery: then it is known by its body alone.
    const unnamed = await cameOf(await api.send('POST', hook.path, { text, headers: old }));
    expect(await cameOf(await api.send('POST', hook.path, { text, headers: old }), 200)).toEqual(unnamed);
    expect(await experimentsOf(mine)).toHaveLength(2);
  });
});

describe('a generic event', () => {
  const now = () => Math.floor(Date.now() / 1000);
  let hook: Hook;
  beforeAll(async () => {
    hook = await newHook(project, { provider: 'generic', repo: 'acme/shop' });
  });

  it('starts an experiment for its commit', async () => {
    const event = { branch: 'main', head_sha: commitOf('g1'), base_sha: commitOf('g0') };
    const came = await cameOf(await fromAnyone(api, hook, event));
    expect(came.outcome).toBe('started');
    const [row] = await api.db
      .select()
      .from(experiments)
      .where(eq(experiments.id, came.experiment_id ?? ''));
    expect(row).toMatchObject({
      labels: { branch: 'main', commit: commitOf('g1') },
      origin: { provider: 'generic', event: 'generic', repo: 'acme/shop', pull_request: null, fork: false },
    });
  });

  it('of a pull request is superseded by the next', async () => {
    const mine = await api.project();
    const own = await newHook(mine, { provider: 'generic', template: smallSpec({ name: '#{{pr}}' }) });
    const send = async (name: string, at: number) =>
      cameOf(await fromAnyone(api, own, { head_sha: commitOf(name), pull_request: 7 }, { at }));
    await send('one', now() - 20);
    expect(await send('two', now() - 10)).toMatchObject({ outcome: 'started' });
    expect(await send('late', now() - 15)).toMatchObject({ outcome: 'stale' });
    expect((await experimentsOf(mine)).map(({ status }) => status)).toEqual(['queued', 'canceled']);
  });

  it('may carry several signatures, of which one has to fit', async () => {
    const text = JSON.stringify({ head_sha: commitOf('several'), base_sha: commitOf('g0'), branch: 'main' });
    const signed = standardHeaders(hook.secret, text);
    const other = standardHeaders('whsec_AAAA', text)['webhook-signature'];
    const signatures = `v1a,AAAA ${other} v1,not-base64! ${signed['webhook-signature']} v2,x`;
    const answer = await fromAnyone(api, hook, text, { headers: { ...signed, 'webhook-signature': signatures } });
    expect(await cameOf(answer)).toMatchObject({ outcome: 'started' });
    const none = await fromAnyone(api, hook, text, {
      headers: { ...signed, 'webhook-signature': `v1a,AAAA ${other}` },
    });
    expect(none.status).toBe(401);
  });

  it.each([
    ['of 4 minutes ago', -240, 202],
    ['of 4 minutes ahead', 240, 202],
    ['of 6 minutes ago', -360, 401],
    ['of 6 minutes ahead', 360, 401],
  ])('%s is answered accordingly', async (what, seconds, status) => {
    const event = { head_sha: commitOf(what), base_sha: commitOf('g0'), branch: 'main' };
    const answer = await fromAnyone(api, hook, event, { at: now() + seconds });
    expect(answer.status).toBe(status);
    if (status === 401) expect((await problemOf(answer)).detail).toMatch('more than 5 minutes away');
  });

  it('that was recorded and is played again starts nothing, and with another time or id is not let in', async () => {
    const text = JSON.stringify({ head_sha: commitOf('recorded'), base_sha: commitOf('g0'), branch: 'main' });
    const signed = standardHeaders(hook.secret, text);
    const send = (headers: Record<string, string>) => api.send('POST', hook.path, { text, headers });
    const first = await cameOf(await send(signed));
    expect(await cameOf(await send(signed), 200)).toEqual(first);
    const changes: Record<string, string>[] = [
      { 'webhook-timestamp': String(now() + 1) },
      { 'webhook-id': 'msg_other' },
      { 'webhook-id': '' },
      { 'webhook-timestamp': 'now' },
      { 'webhook-signature': '' },
    ];
    for (const changed of changes)
      expect((await send({ ...signed, ...changed })).status, JSON.stringify(changed)).toBe(401);
  });

  it('whose id has a full stop in it is not let in, though it is signed', async () => {
    const answer = await fromAnyone(api, hook, { head_sha: commitOf('x') }, { id: 'msg.1' });
    expect(answer.status).toBe(401);
  });
});

describe('without a key', () => {
  it('events are counted by the address that they come from', async () => {
    const limiter = {
      policy: '"default";q=1;w=60',
      take: (who: string) =>
        Promise.resolve({ allowed: !who.startsWith('address:'), retry_after_s: 60, remaining: null }),
    };
    const limited = await startApi({ limiter });
    const answer = await limited.send('POST', `/v1/hooks/generic/hok_${'0'.repeat(32)}`, { json: {} });
    expect(answer.status).toBe(429);
    expect((await problemOf(answer)).code).toBe('rate-limited');
  });
});
