import { eq, sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { sendDue } from '../../../src/api/outbox-batch.ts';
import type { ThresholdResult } from '../../../src/core/gate/verdict.ts';
import { shareExperiment } from '../../../src/db/experiments-share.ts';
import { finishJob } from '../../../src/db/job-finish.ts';
import { noteCommitStatus } from '../../../src/db/outbox-hooks.ts';
import { getPullRequest } from '../../../src/db/outbox-told.ts';
import { experiments } from '../../../src/db/schema/experiments.ts';
import { pullRequests } from '../../../src/db/schema/hooks.ts';
import { deliveries } from '../../../src/db/schema/webhooks.ts';
import {
  attemptsAt,
  giveOrigin,
  giveVerdict,
  HEAD,
  makeHook,
  makePullRequest,
  originOf,
  outboxOf,
  passOutbox,
  REPO,
} from '../../db/outbox-world.ts';
import { newProject, putAll, queueExperiment, sha256, startedJob } from '../../db/world.ts';
import { makeInconclusive, makeThreshold } from '../../fixtures/thresholds.ts';
import { type FakeGithub, type Refusal, startFakeGithub } from './fake-github.ts';
import { TOKEN, useOutbox } from './outbox-service.ts';

const outbox = useOutbox();
let github: FakeGithub;
beforeAll(async () => {
  github = await startFakeGithub({ token: TOKEN, repo: REPO, commits: [HEAD] });
});
afterAll(() => github[Symbol.asyncDispose]());
afterEach(async () => {
  github.statuses.length = 0;
  github.comments.clear();
  await outbox.db.delete(deliveries);
});

type HookSettings = Parameters<typeof makeHook>[2];

/** A running experiment of a pull request, whose hook can write to the fake. */
async function ofPullRequest(hook: HookSettings = {}, token: string | null = TOKEN) {
  const { db } = outbox;
  const { project_id, experiment, lease } = await startedJob(db, { name: 'Pull <request>' });
  const { id: hook_id } = await makeHook(db, project_id, { api_url: github.api_url, ...hook });
  if (token !== null) await outbox.giveToken(hook_id, token);
  await makePullRequest(db, hook_id);
  await giveOrigin(db, experiment.id, originOf(hook_id));
  await putAll(db, lease, experiment);
  const of = { ...experiment, project_id };
  const ref = { hook_id, repo: REPO, number: 7 };
  const told = async () => outboxOf(db, project_id);
  return { db, project_id, experiment, lease, of, ref, told };
}

/** Ends it, with those thresholds in its results, and judges it. */
async function judged(
  pull: Awaited<ReturnType<typeof ofPullRequest>>,
  verdict: 'passed' | 'failed' | 'inconclusive',
  thresholds: readonly ThresholdResult[] = [makeThreshold({ verdict })],
): Promise<void> {
  const { db, experiment, lease, of } = pull;
  await db.execute(
    sql`UPDATE experiments SET spec = jsonb_set(spec::jsonb, '{thresholds}', '[{"id":"T1"}]')::json WHERE id = ${experiment.id}`,
  );
  await finishJob(db, { ...lease, outcome: 'succeeded', reason: null });
  const text = JSON.stringify({ thresholds });
  await db
    .update(experiments)
    .set({ results: sql`${text}::text::json`, results_digest: sha256(text), results_version: 1 })
    .where(eq(experiments.id, experiment.id));
  await giveVerdict(db, of, verdict);
}

const commentsNow = () => [...github.comments.values()].map(({ body }) => body);

describe('The commit of a pull request', () => {
  it('has one status under the name of the hook, pending first and then the verdict', async () => {
    const { db } = outbox;
    const project_id = await newProject(db);
    const { id: hook_id } = await makeHook(db, project_id, { api_url: github.api_url, comment: 'never' });
    await outbox.giveToken(hook_id);
    await db.transaction((tx) =>
      noteCommitStatus(tx, { hook_id, repo: REPO, head_sha: HEAD, state: 'pending', says: 'waits for approval' }),
    );
    await outbox.send();
    const pull = await ofPullRequest({ comment: 'never' });
    await judged(pull, 'failed');
    await outbox.send();
    const link = `https://bench.example.com/v1/experiments/${pull.experiment.id}/report`;
    expect(github.statuses).toEqual([
      { sha: HEAD, state: 'pending', context: 'benchwright/pull requests', description: 'waits for approval' },
      {
        sha: HEAD,
        state: 'failure',
        context: 'benchwright/pull requests',
        description: 'failed: 1 of 1 threshold',
        target_url: link,
      },
    ]);
    const [sent] = github.receiver.received.slice(-1);
    expect(sent?.headers).toMatchObject({
      accept: 'application/vnd.github+json',
      'x-github-api-version': '2022-11-28',
      'user-agent': 'Benchwright/0.1.0',
    });
    expect((await pull.told()).map(({ state }) => state)).toEqual(['succeeded']);
  });

  it.each([
    ['passed', [makeThreshold({ verdict: 'passed' })], 'success', 'passed: 1 threshold'],
    ['inconclusive', [makeInconclusive()], 'success', 'inconclusive, not passed: a change below 4.6 % could not be seen'],
  ] as const)('of a gate that is %s', async (verdict, thresholds, state, description) => {
    await judged(await ofPullRequest({ comment: 'never' }), verdict, thresholds);
    await outbox.send();
    expect(github.statuses).toMatchObject([{ state, description }]);
  });

  it('links to the shared page where somebody has shared it, and shares nothing by itself', async () => {
    const pull = await ofPullRequest({ comment: 'never' });
    await shareExperiment(pull.db, pull.project_id, pull.experiment.id);
    await judged(pull, 'passed');
    await outbox.send();
    expect(github.statuses[0]?.target_url).toMatch(
      new RegExp(`^https://bench\\.example\\.com/r/${pull.experiment.id}\\.1\\.[A-Za-z0-9_-]{22}$`),
    );
  });

  it('is told the latest alone after an outage: an earlier status does not overtake it', async () => {
    const pull = await ofPullRequest({ comment: 'never' });
    const { db, lease, of } = pull;
    await finishJob(db, { ...lease, outcome: 'succeeded', reason: null });
    github.refuse({ status: 502, message: 'Server Error' });
    await outbox.send();
    await giveVerdict(db, of, 'passed');
    await outbox.send();
    await passOutbox(db, 60);
    await outbox.send();
    expect(github.statuses.map(({ description }) => description)).toEqual(['passed: 0 thresholds']);
    expect((await pull.told()).map(({ state }) => state)).toEqual(['dropped', 'succeeded']);
  });
});

describe('The comment of a pull request', () => {
  it('is made once and then changed: one comment, however often there is something to say', async () => {
    const first = await ofPullRequest();
    await judged(first, 'failed');
    await outbox.send();
    expect(commentsNow()).toHaveLength(1);
    expect(commentsNow()[0]).toMatch(/^<!-- benchwright:[0-9a-f]{32} -->\n### Benchwright: failed, 1 of 1 threshold\n/);
    expect(commentsNow()[0]).not.toContain('<request>');
    const [id] = github.comments.keys();
    expect(await getPullRequest(first.db, first.ref)).toMatchObject({ comment_id: String(id) });
    // The next commit, measured by the same hook.
    const { db, ref } = first;
    const next = await queueExperiment(db, first.project_id);
    await giveOrigin(db, next.id, originOf(ref.hook_id));
    await db.execute(
      sql`UPDATE experiments SET status = 'succeeded', started_at = now(), ended_at = now() WHERE id = ${next.id}`,
    );
    await giveVerdict(db, { ...next, project_id: first.project_id }, 'passed');
    await outbox.send();
    expect([...github.comments.keys()]).toEqual([id]);
    expect(commentsNow()[0]).toContain('### Benchwright: measured');
  });

  it('is made again when somebody has deleted it', async () => {
    const pull = await ofPullRequest();
    await pull.db.update(pullRequests).set({ comment_id: '77' });
    await judged(pull, 'failed');
    await outbox.send();
    const [id] = github.comments.keys();
    expect(await getPullRequest(pull.db, pull.ref)).toMatchObject({ comment_id: String(id) });
    expect(github.asked().slice(-4)).toContain(`PATCH /repos/${REPO}/issues/comments/77`);
  });

  it('is found by its mark when it was made by a sender that was killed before it could remember it', async () => {
    const pull = await ofPullRequest();
    await judged(pull, 'failed');
    await outbox.send();
    const [id] = github.comments.keys();
    await pull.db.update(pullRequests).set({ comment_id: null });
    // Among many, of which one only says that it is ours.
    const { body } = github.comments.get(id!)!;
    github.comments.clear();
    for (let n = 0; n < 35; n += 1) github.comments.set(n + 1, { issue: 7, body: `no ${n}`, by: 'somebody' });
    github.comments.set(50, { issue: 7, body: `> ${body}`, by: 'somebody' });
    github.comments.set(51, { issue: 7, body: '<!-- benchwright:00000000000000000000000000000000 -->', by: 'somebody' });
    github.comments.set(52, { issue: 7, body, by: 'us' });
    github.comments.set(53, { issue: 7, body, by: 'somebody' });
    await giveVerdict(pull.db, pull.of, 'failed');
    await outbox.send();
    expect(github.comments.size).toBe(39);
    expect(await getPullRequest(pull.db, pull.ref)).toMatchObject({ comment_id: '52' });
  });

  it('says nothing of a commit that is not the newest any more', async () => {
    const pull = await ofPullRequest();
    await judged(pull, 'failed');
    await pull.db.update(pullRequests).set({ head_sha: '9'.repeat(40) });
    await outbox.send();
    expect(commentsNow()).toEqual([]);
    const comment = (await pull.told()).find(({ kind }) => kind === 'comment');
    expect(comment).toMatchObject({ state: 'dropped' });
    expect(await attemptsAt(pull.db, comment!.id)).toMatchObject([{ error: 'the pull request has a newer commit' }]);
  });

  it('is not made a second time when the list of comments breaks off', async () => {
    const pull = await ofPullRequest();
    await judged(pull, 'failed');
    await pull.db.delete(deliveries).where(eq(deliveries.kind, 'commit-status'));
    github.refuse({ status: 200, message: 'not a list' });
    await outbox.send();
    expect(commentsNow()).toEqual([]);
    await passOutbox(pull.db, 10);
    await outbox.send();
    expect(commentsNow()).toHaveLength(1);
  });
});

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
    ['a moved repository (301)', { status: 301, message: 'Moved', headers: { location: '/x' } }, 5, 'answered 301: a redirect, which is not followed'],
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
    expect((await pull.told()).map(({ state, attempts }) => [state, attempts]).toSorted()).toEqual([
      ['pending', 0],
      ['pending', 1],
    ]);
    await passOutbox(pull.db, 601);
    await outbox.send();
    expect(commentsNow()).toHaveLength(1);
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
