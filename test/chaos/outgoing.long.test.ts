import postgres from 'postgres';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type FakeGithub, startFakeGithub } from '../api/node/fake-github.ts';
import { githubSignature } from '../api/hook-senders.ts';
import { commitOf, githubPullRequest } from '../fixtures/github-events.ts';
import { databaseUrl } from './postgres.ts';
import { forget, startWorld, type World } from './world.ts';

const TOKEN = 'ghp_of_the_test';
const WAIT = { timeout: 30_000, interval: 20 };
const TEMPLATE = {
  name: '{{repo}} #{{pr}}',
  deployments: [{ id: 'steady', target: 'steady', server: 'steady' }],
  load: [{ model: 'closed', connections: [1] }],
  repetitions: 1,
  warmup_s: 0.2,
  window_s: 1,
  timeout_s: 1,
  thresholds: [{ id: 'slo', expect: ['error_rate == 0'] }],
};
const COMMITS = ['first', 'second', 'third'].map(commitOf);

let world: World;
let github: FakeGithub;
/** What happens when GitHub has done what it is asked, before it answers. */
let onRequest: (asked: string) => void = () => undefined;
let hook: { path: string; secret: string };
beforeAll(async () => {
  github = await startFakeGithub({
    token: TOKEN,
    repo: 'acme/shop',
    commits: COMMITS,
    beforeAnswer: ({ method, path }) => onRequest(`${method} ${path}`),
  });
  world = await startWorld({ seed: 1, serve: ['--allow-insecure-webhooks'] });
  const { api_url } = github;
  const settings = { repo: 'acme/shop', comment: 'always', template: TEMPLATE, token: TOKEN, api_url };
  hook = await world.service.until('POST', '/v1/hooks', { name: 'ci', provider: 'github', ...settings });
});
afterEach(() => (onRequest = () => undefined));
afterAll(async () => {
  await world.stop();
  await github[Symbol.asyncDispose]();
  forget(world);
});

/** A pull request of that number whose head is measured. */
async function opened(number: number, head_sha: string): Promise<void> {
  const body = JSON.stringify(githubPullRequest({ number, head_sha }));
  const headers = {
    'Content-Type': 'application/json',
    'X-GitHub-Event': 'pull_request',
    'X-GitHub-Delivery': `delivery-${number}`,
    'X-Hub-Signature-256': githubSignature(hook.secret, body),
  };
  const answer = await fetch(world.service.url + hook.path, { method: 'POST', headers, body });
  expect(await answer.json()).toMatchObject({ outcome: 'started' });
}

const endsOf = (sha: string) => github.statuses.filter((each) => each.sha === sha && each.state !== 'pending');
const commentsOf = (number: number) => [...github.comments.values()].filter(({ issue }) => issue === number);
const waiting = async () =>
  (
    await world.sql<{ kind: string; leased: boolean }[]>`
    SELECT kind, leased_until IS NOT NULL AS leased FROM deliveries WHERE state = 'pending' ORDER BY kind`
  ).map(({ kind, leased }) => `${kind}${leased ? ', leased' : ''}`);
/** What one that was killed holds may be sent by another after a minute: that is over. */
const passLeases = () => world.sql`UPDATE deliveries SET leased_until = now() WHERE state = 'pending'`;

/** Resolves when nothing is left to be sent. */
async function settled(): Promise<void> {
  await expect.poll(waiting, WAIT).toEqual([]);
}

/** Starts it again, as whoever supervises it does. */
async function restarted(before: number | null): Promise<void> {
  await expect.poll(() => world.api.pid !== null && world.api.pid !== before, WAIT).toBe(true);
  await world.service.until('GET', '/v1/me');
}

describe('a service that is killed', () => {
  it('between a verdict and its telling tells it once when it is back: one status, one comment', async () => {
    const [head_sha = ''] = COMMITS;
    await opened(1, head_sha);
    await expect.poll(() => github.statuses.at(-1)?.description, WAIT).toBe('is being measured');
    await settled();
    const before = github.asked().length;
    // Who cannot read the token sends nothing.
    await using holder = await tokensHeld();
    await expect.poll(waiting, WAIT).toEqual(['comment, leased', 'commit-status, leased']);
    const [row] = await world.sql<{ verdict: string }[]>`SELECT verdict FROM experiments`;
    expect(row?.verdict).not.toBe('none');
    expect(github.asked()).toHaveLength(before);
    const { pid } = world.api;
    world.api.kill();
    await holder.release();
    await restarted(pid);
    await passLeases();
    await settled();
    expect(endsOf(head_sha)).toHaveLength(1);
    expect(commentsOf(1)).toHaveLength(1);
    const asked = github.asked().slice(before);
    expect(asked.filter((each) => each.startsWith('POST'))).toHaveLength(2);
  });

  it('when GitHub has made its comment, and before it can know that, does not make a second one', async () => {
    const [, head_sha = ''] = COMMITS;
    let killed: number | null = null;
    onRequest = (asked) => {
      if (asked !== 'POST /repos/acme/shop/issues/2/comments' || killed !== null) return;
      killed = world.api.pid;
      world.api.kill();
    };
    await opened(2, head_sha);
    await expect.poll(() => killed, WAIT).not.toBeNull();
    expect(commentsOf(2)).toHaveLength(1);
    await restarted(killed);
    await passLeases();
    await settled();
    expect(commentsOf(2)).toHaveLength(1);
    const [id] = [...github.comments].find(([, { issue }]) => issue === 2) ?? [];
    expect(github.asked()).toContain(`PATCH /repos/acme/shop/issues/comments/${id}`);
    expect(world.api.incidents).toEqual([]);
  });

  it('when GitHub has its status, and before it can know that, says the same again', async () => {
    const [, , head_sha = ''] = COMMITS;
    let killed: number | null = null;
    onRequest = (asked) => {
      if (endsOf(head_sha).length === 0 || !asked.includes('/statuses/') || killed !== null) return;
      killed = world.api.pid;
      world.api.kill();
    };
    await opened(3, head_sha);
    await expect.poll(() => killed, WAIT).not.toBeNull();
    await restarted(killed);
    await passLeases();
    await settled();
    const [first, second, ...more] = endsOf(head_sha);
    expect(more).toEqual([]);
    expect(second).toEqual(first);
    expect(commentsOf(3)).toHaveLength(1);
  });
});

/** A connection that lets nobody read the table of secrets. */
async function tokensHeld(): Promise<{ release(): Promise<void>; [Symbol.asyncDispose](): Promise<void> }> {
  const holder = postgres(databaseUrl(world.ports[0] ?? 0), { max: 1, onnotice: () => {} });
  const held = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  const holding = holder.begin(async (tx) => {
    await tx`LOCK TABLE secrets IN ACCESS EXCLUSIVE MODE`;
    held.resolve();
    await release.promise;
  });
  await held.promise;
  const end = async () => {
    release.resolve();
    await holding;
    await holder.end();
  };
  return { release: end, [Symbol.asyncDispose]: end };
}
