import { once } from 'node:events';
import { eq, sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { deliver } from '../../../src/api/deliver.ts';
import { sendDue } from '../../../src/api/outbox-batch.ts';
import type { OutboxDeps } from '../../../src/api/outbox-deps.ts';
import { leaseDeliveries } from '../../../src/db/delivery-lease.ts';
import { shareExperiment } from '../../../src/db/experiments-share.ts';
import { finishJob } from '../../../src/db/job-finish.ts';
import { noteCommitStatus } from '../../../src/db/outbox-hooks.ts';
import { getPullRequest } from '../../../src/db/outbox-told.ts';
import { pullRequests } from '../../../src/db/schema/hooks.ts';
import { deliveries } from '../../../src/db/schema/webhooks.ts';
import {
  attemptsAt,
  giveOrigin,
  giveVerdict,
  HEAD,
  makeHook,
  originOf,
  passOutbox,
  REPO,
} from '../../db/outbox-world.ts';
import { newProject, queueExperiment } from '../../db/world.ts';
import { makeInconclusive, makeThreshold } from '../../fixtures/thresholds.ts';
import { type FakeGithub, startFakeGithub } from './fake-github.ts';
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

  it('has one whatever the hook is called, and whatever a branch has put into what is wrong with it', async () => {
    const { db } = outbox;
    const project_id = await newProject(db);
    const { id: hook_id } = await makeHook(db, project_id, { api_url: github.api_url, name: 'fast 🚀' });
    await outbox.giveToken(hook_id);
    const says = `${'x'.repeat(138)}🐛🐛`;
    await db.transaction((tx) => noteCommitStatus(tx, { hook_id, repo: REPO, head_sha: HEAD, state: 'error', says }));
    await outbox.send();
    expect(github.statuses).toMatchObject([
      { context: 'benchwright/fast \ufffd', description: `${'x'.repeat(138)}\ufffd\ufffd` },
    ]);
  });

  it.each([
    ['passed', [makeThreshold({ verdict: 'passed' })], 'success', 'passed: 1 threshold'],
    [
      'inconclusive',
      [makeInconclusive()],
      'success',
      'inconclusive, not passed: a change below 4.6 % could not be seen',
    ],
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

  it('has no link where the service does not know its own address', async () => {
    const pull = await ofPullRequest();
    await judged(pull, 'failed');
    await sendDue({ ...outbox.deps, config: { ...outbox.deps.config, base_url: null } }, 4);
    expect(github.statuses).toMatchObject([{ state: 'failure' }]);
    expect(github.statuses[0]).not.toHaveProperty('target_url');
    expect(commentsNow()[0]).not.toContain('](');
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
    github.comments.set(51, {
      issue: 7,
      body: '<!-- benchwright:00000000000000000000000000000000 -->',
      by: 'somebody',
    });
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

  it('is given up for this time, and not made, when GitHub takes longer over all that it needs than its lease lasts', async () => {
    const pull = await ofPullRequest();
    await judged(pull, 'failed');
    await pull.db.delete(deliveries).where(eq(deliveries.kind, 'commit-status'));
    for (let n = 0; n < 300; n += 1) github.comments.set(n + 1, { issue: 7, body: `no ${n}`, by: 'somebody' });
    const [leased] = await leaseDeliveries(pull.db, 1);
    let asked = 0;
    const fetch: OutboxDeps['fetch'] = async (sent) => {
      const answer = await outbox.deps.fetch(sent);
      asked += 1;
      // The time is over while the second page is waited for.
      if (asked === 2) await once(sent.signal!, 'abort');
      return answer;
    };
    await deliver({ ...outbox.deps, fetch }, leased!, undefined, 1_000);
    expect(asked).toBe(2);
    expect(github.comments.size).toBe(300);
    const [row] = await pull.told();
    expect(row).toMatchObject({ state: 'pending', attempts: 1 });
    expect(await attemptsAt(pull.db, row!.id)).toMatchObject([{ status: null, error: 'not done within 1 s' }]);
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
