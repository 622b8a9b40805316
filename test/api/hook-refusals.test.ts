import { beforeAll, describe, expect, it } from 'vitest';
import { MAX_HOOK_BYTES } from '../../src/api/hook-body.ts';
import { githubPing, githubPullRequest, githubPush } from '../fixtures/github-events.ts';
import { gitlabPush } from '../fixtures/gitlab-events.ts';
import {
  fromAnyone,
  fromGithub,
  fromGitlab,
  githubSignature,
  type Hook,
  newHook,
  standardHeaders,
} from './hook-senders.ts';
import { storedRows } from './stored-rows.ts';
import { type Api, problemOf, type Project, startApi } from './service.ts';

/** What no hook takes; each leaves all that is stored as it was. */
let api: Api;
let project: Project;
let hook: Hook;
beforeAll(async () => {
  api = await startApi();
  project = await api.project();
  hook = await newHook(project, { events: ['push', 'pull-request'] });
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

  it('at GitLab is refused without the token, with another, and with a signature that does not fit beside the right token', async () => {
    const own = await newHook(project, { provider: 'gitlab' });
    const before = await storedRows(api.db);
    const attempts: Record<string, string>[] = [
      { 'X-Gitlab-Token': '' },
      { 'X-Gitlab-Token': `${own.secret}x` },
      { 'X-Gitlab-Token': own.secret.slice(0, -1) },
      { 'webhook-signature': 'v1,AAAA' },
    ];
    for (const headers of attempts) {
      const answer = await fromGitlab(api, own, 'Push Hook', gitlabPush(), { headers });
      expect(answer.status, JSON.stringify(headers)).toBe(401);
      expect((await problemOf(answer)).code).toBe('unauthorized');
    }
    expect(await storedRows(api.db)).toEqual(before);
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

  it('that is no generic event is refused with every problem', async () => {
    const own = await newHook(project, { provider: 'generic', repo: 'acme/shop' });
    const before = await storedRows(api.db);
    const answer = await fromAnyone(api, own, { head_sha: 'main', also: true });
    expect(answer.status).toBe(422);
    expect((await problemOf(answer)).errors?.map(({ pointer }) => pointer).sort()).toEqual(['/also', '/head_sha']);
    const form = await api.send('POST', own.path, {
      text: 'payload=%7B%7D',
      type: 'application/x-www-form-urlencoded',
      headers: standardHeaders(own.secret, 'payload=%7B%7D'),
    });
    expect((await problemOf(form)).code).toBe('unsupported-media-type');
    expect(await storedRows(api.db)).toEqual(before);
  });
});
