import { beforeAll, describe, expect, it } from 'vitest';
import { recordAttempt } from '../../src/db/delivery-record.ts';
import { commitOf } from '../fixtures/github-events.ts';
import { pullRequest } from './hook-pull-request.ts';
import { type Api, jsonOf, problemOf, startApi } from './service.ts';

interface Post {
  readonly id: string;
  readonly kind: string;
  readonly subject: string;
  readonly state: string;
}

let api: Api;
beforeAll(async () => {
  api = await startApi();
});

/** A hook with a token, which tells the commit of each fork that it waits. */
async function ofForks(count: number) {
  const { project, hook, came } = await pullRequest(api, { token: 'ghp_x' });
  for (let number = 1; number <= count; number += 1)
    await came({ fork: true, number, head_sha: commitOf(`${number}`) });
  const path = `/v1/hooks/${hook.id}/posts`;
  const listed = async (at: string) => jsonOf<{ posts: Post[]; next: string | null }>(await project.send('GET', at));
  return { project, hook, path, listed };
}

describe('GET /v1/hooks/{id}/posts', () => {
  it('shows what the hook writes to its code host, newest first, page by page', async () => {
    const { project, path, listed } = await ofForks(5);
    const seen: string[] = [];
    let next: string | null = `${path}?limit=2`;
    while (next !== null) {
      const answer: Response = await project.send('GET', next);
      const link = answer.headers.get('Link');
      const page: { posts: Post[]; next: string | null } = await jsonOf(answer);
      expect(link).toBe(page.next === null ? null : `<${page.next}>; rel="next"`);
      seen.push(...page.posts.map(({ subject }) => subject));
      next = page.next;
    }
    expect(seen).toEqual([5, 4, 3, 2, 1].map((n) => `acme/shop@${commitOf(`${n}`)}`));
    expect((await listed(path)).posts[0]).toEqual({
      id: expect.stringMatching(/^dlv_[0-9a-f]{32}$/),
      kind: 'commit-status',
      subject: `acme/shop@${commitOf('5')}`,
      event: 'commit-status',
      experiment_id: null,
      state: 'pending',
      attempts: 0,
      created_at: expect.any(String),
      next_attempt_at: expect.any(String),
      ended_at: null,
    });
    const wrong = await project.send('GET', `${path}?cursor=x`);
    expect((await problemOf(wrong)).code).toBe('invalid-request');
  });

  it('has nothing to show of a hook without a token, and is gone with its hook', async () => {
    const { project, hook, came } = await pullRequest(api);
    await came({ fork: true });
    const path = `/v1/hooks/${hook.id}/posts`;
    expect(await jsonOf(await project.send('GET', path))).toEqual({ posts: [], next: null });
    await project.send('DELETE', `/v1/hooks/${hook.id}`);
    expect((await project.send('GET', path)).status).toBe(404);
  });
});

describe('GET /v1/hooks/{id}/posts/{post}', () => {
  it('shows what came of each attempt, oldest first', async () => {
    const { project, path, listed } = await ofForks(1);
    const [post] = (await listed(path)).posts;
    const lease = { id: post!.id, leased_until: new Date(0), webhook: null, hook: null };
    const refused = { status: 403, error: 'answered 403', answer: '{"message":"Resource not accessible"}' };
    await recordAttempt(api.db, lease, { ...refused, duration_ms: 12, outcome: { kind: 'retry', in_s: 5 } });
    const taken = { status: 201, error: null, answer: '{}', duration_ms: 8, outcome: { kind: 'succeeded' } } as const;
    await recordAttempt(api.db, lease, taken);
    expect(await jsonOf(await project.send('GET', `${path}/${post!.id}`))).toMatchObject({
      ...post,
      state: 'succeeded',
      attempts: 2,
      next_attempt_at: null,
      ended_at: expect.any(String),
      log: [
        { n: 1, at: expect.any(String), ...refused, duration_ms: 12 },
        { n: 2, at: expect.any(String), status: 201, error: null, duration_ms: 8, answer: '{}' },
      ],
    });
  });

  it('answers 404 to the id of something else: an event that came in, a post of another hook of the project', async () => {
    const { project, hook, path, listed } = await ofForks(1);
    const events = await jsonOf<{ deliveries: { id: string }[] }>(
      await project.send('GET', `/v1/hooks/${hook.id}/deliveries`),
    );
    expect((await project.send('GET', `${path}/${events.deliveries[0]?.id}`)).status).toBe(404);
    const [post] = (await listed(path)).posts;
    const other = await jsonOf<{ id: string }>(
      await project.send('POST', '/v1/hooks', {
        json: { name: 'other', provider: 'github', repo: 'acme/shop', target: 'shop', server: 'uvicorn' },
      }),
      201,
    );
    const answer = await project.send('GET', `/v1/hooks/${other.id}/posts/${post?.id}`);
    expect(answer.status).toBe(404);
    expect((await problemOf(answer)).code).toBe('not-found');
  });
});
