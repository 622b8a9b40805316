import { eq, sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { sendDue } from '../../../src/api/outbox-batch.ts';
import { deliveries } from '../../../src/db/schema/webhooks.ts';
import { attemptsAt, HEAD, passOutbox, REPO } from '../../db/outbox-world.ts';
import { type FakeGithub, type Refusal, startFakeGithub } from './fake-github.ts';
import { judged, ofPullRequest as pullRequestOf } from './github-world.ts';
import { TOKEN, useOutbox } from './outbox-service.ts';

const outbox = useOutbox();
let github: FakeGithub;
beforeAll(async () => {
  github = await startFakeGithub({ token: TOKEN, repo: REPO, commits: [HEAD] });
});
afterAll(() => github[Symbol.asyncDispose]());
afterEach(() => {
  github.statuses.length = 0;
  github.comments.clear();
});

const ofPullRequest = (...given: [hook?: Parameters<typeof pullRequestOf>[2], token?: string | null]) =>
  pullRequestOf(outbox, github.api_url, ...given);

const NOW_S = Math.floor(Date.now() / 1000);

describe('What GitHub refuses', () => {
  const waits = async (project_id: string) => {
    const s = sql<number>`extract(epoch from ${deliveries.next_attempt_at} - now())::double precision`;
    const rows = await outbox.db.select({ s }).from(deliveries).where(eq(deliveries.project_id, project_id));
    return rows[0]?.s ?? NaN;
  };

  it.each<[string, Refusal, number, string]>([
    ['a token that is none (401)', { status: 401, message: 'Bad credentials' }, 5, 'answered 401'],
    ['without the right (403)', { status: 403, message: 'Resource not accessible' }, 5, 'answered 403'],
    ['what it does not show (404)', { status: 404, message: 'Not Found' }, 5, 'answered 404'],
    ['a conflict (409)', { status: 409, message: 'Conflict' }, 5, 'answered 409'],
    ['in an outage (502)', { status: 502, message: 'Server Error' }, 5, 'answered 502'],
    [
      'a moved repository (301)',
      { status: 301, message: 'Moved', headers: { location: '/x' } },
      5,
      'answered 301: a redirect, which is not followed',
    ],
    [
      'beyond the primary limit',
      {
        status: 403,
        message: 'API rate limit exceeded',
        headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(NOW_S + 900) },
      },
      900,
      'answered 403: a rate limit',
    ],
    [
      'beyond a secondary limit that says how long',
      { status: 429, message: 'You have exceeded a secondary rate limit.', headers: { 'retry-after': '45' } },
      45,
      'answered 429: a rate limit',
    ],
    [
      'beyond a secondary limit that does not',
      { status: 403, message: 'You have exceeded a secondary rate limit.' },
      60,
      'answered 403: a rate limit',
    ],
    [
      'too soon after another (422)',
      { status: 422, message: 'Validation Failed: was submitted too quickly' },
      60,
      'answered 422: a rate limit',
    ],
  ])('%s is sent again later', async (_, refusal, wait, error) => {
    const pull = await ofPullRequest({ comment: 'never' });
    await judged(pull, 'passed');
    github.refuse(refusal);
    await outbox.send();
    const [row] = await pull.told();
    expect(row).toMatchObject({ state: 'pending', attempts: 1 });
    expect(Math.abs((await waits(pull.project_id)) - wait)).toBeLessThan(10);
    expect(await attemptsAt(pull.db, row!.id)).toMatchObject([{ status: refusal.status, error }]);
    await passOutbox(pull.db, wait + 10);
    await outbox.send();
    expect(github.statuses).toHaveLength(1);
  });

  it('as a rate limit is not asked by the next delivery of that hook either', async () => {
    const pull = await ofPullRequest();
    await judged(pull, 'failed');
    const before = github.asked().length;
    github.refuse({ status: 429, message: 'secondary rate limit', headers: { 'retry-after': '600' } });
    // One after the other: status and comment wait.
    expect(await sendDue(outbox.deps, 1)).toBe(1);
    expect(github.asked().length - before).toBe(1);
    expect((await pull.told()).map(({ state, attempts }) => `${state} ${attempts}`).toSorted()).toEqual([
      'pending 0',
      'pending 1',
    ]);
    await passOutbox(pull.db, 601);
    await outbox.send();
    expect(github.comments.size).toBe(1);
  });

  it('as invalid (422) is not sent again: an unknown commit, a thousand statuses of one name', async () => {
    const pull = await ofPullRequest({ comment: 'never' });
    const full = { sha: HEAD, state: 'pending', context: 'BENCHWRIGHT/pull requests', description: '' };
    github.statuses.push(...Array.from({ length: 1_000 }, () => full));
    await judged(pull, 'passed');
    await outbox.send();
    expect(await pull.told()).toMatchObject([{ state: 'failed', attempts: 1 }]);
    const [attempt] = await attemptsAt(pull.db, (await pull.told())[0]!.id);
    expect(attempt).toMatchObject({ status: 422, error: 'answered 422: it will not be taken' });
    expect(attempt?.answer).toContain('maximum number of statuses');
  });

  it('with a wrong token shows that token nowhere', async () => {
    const pull = await ofPullRequest({ comment: 'never' }, 'ghp_wrong');
    await judged(pull, 'passed');
    await outbox.send();
    const rows = await pull.told();
    expect(rows).toMatchObject([{ state: 'pending' }]);
    expect(JSON.stringify([rows, await attemptsAt(pull.db, rows[0]!.id), outbox.errors])).not.toContain('ghp_');
  });

  it('is nothing where the hook has no token any more, or leads to a private network', async () => {
    const mute = await ofPullRequest({ comment: 'never' }, null);
    await judged(mute, 'passed');
    await outbox.send();
    expect(await mute.told()).toMatchObject([{ state: 'dropped' }]);
    const inner = await ofPullRequest({ comment: 'never', api_url: 'https://10.0.0.1' });
    await judged(inner, 'passed');
    await outbox.send();
    const [row] = await inner.told();
    expect(await attemptsAt(inner.db, row!.id)).toMatchObject([
      { status: null, error: 'the address leads to a private network' },
    ]);
  });
});
