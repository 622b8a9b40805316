import { beforeAll, describe, expect, it } from 'vitest';
import { listEvents } from '../../src/db/events.ts';
import { commitOf, githubPullRequest, githubPush } from '../fixtures/github-events.ts';
import { at, BY_BRANCH, pullRequest, synchronize } from './hook-pull-request.ts';
import { cameOf, experimentsOf, fromGithub, newHook } from './hook-senders.ts';
import { startedJob } from './runner-client.ts';
import { type Api, startApi } from './service.ts';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});

describe('the events of a pull request', () => {
  it('measure each new commit, and cancel what runs for the one before, in the same transaction', async () => {
    const { project, came, experiment } = await pullRequest(api);
    const first = await came({ updated_at: at(0) });
    const second = await came(synchronize('second', 1));
    expect(second.outcome).toBe('started');
    expect(await experiment(first.experiment_id)).toMatchObject({ status: 'canceled', reason: 'canceled' });
    expect(await experiment(second.experiment_id)).toMatchObject({ status: 'queued' });
    const events = await listEvents(api.db, project.id, first.experiment_id ?? '', { after: 0, limit: 10 });
    expect(events?.map(({ type, data }) => [type, data])).toContainEqual(['cancel-requested', { why: 'superseded' }]);
  });

  it('ask a runner to stop what it measures of the older commit', async () => {
    const template = {
      name: 'x',
      deployments: [{ id: 'a', target: 'fastapi', server: 'uvicorn' }],
      load: [{ model: 'closed', connections: [1] }],
    };
    const { project, came, experiment } = await pullRequest(api, { template });
    const first = await came({ updated_at: at(0) });
    const { job } = await startedJob(project);
    expect(job.experiment_id).toBe(first.experiment_id);
    await came(synchronize('second', 1));
    expect(await experiment(first.experiment_id)).toMatchObject({
      status: 'running',
      cancel_requested_at: expect.any(String),
    });
  });

  it('that come late start nothing: the newest by the code host’s clock stands', async () => {
    const { project, came, experiment } = await pullRequest(api);
    const newer = await came(synchronize('newer', 5));
    const older = await came(synchronize('older', 4));
    expect(older).toMatchObject({ outcome: 'stale', experiment_id: null });
    expect(await experimentsOf(project)).toHaveLength(1);
    expect(await experiment(newer.experiment_id)).toMatchObject({ status: 'queued' });
    // Of one second the later to come counts.
    expect(await came(synchronize('same-second', 5))).toMatchObject({ outcome: 'started' });
  });

  it('are of each number and each hook apart', async () => {
    const { project, came } = await pullRequest(api);
    await came({ number: 1, updated_at: at(0) });
    await came({ number: 2, updated_at: at(0), head_sha: commitOf('two') });
    const other = await newHook(project);
    await cameOf(await fromGithub(api, other, 'pull_request', githubPullRequest({ number: 1, updated_at: at(0) })));
    expect((await experimentsOf(project)).map(({ status }) => status)).toEqual(['queued', 'queued', 'queued']);
  });

  it('end it: what runs is canceled, a late event of before starts nothing, and opened again it is measured again', async () => {
    const { project, came, experiment } = await pullRequest(api);
    const first = await came({ updated_at: at(0) });
    const closed = await came({ action: 'closed', updated_at: at(2) });
    expect(closed).toMatchObject({ outcome: 'canceled', experiment_id: first.experiment_id });
    expect(await experiment(first.experiment_id)).toMatchObject({ status: 'canceled' });
    expect(await came(synchronize('late', 1))).toMatchObject({ outcome: 'stale' });
    const reopened = await came({ action: 'reopened', updated_at: at(3) });
    expect(reopened.outcome).toBe('started');
    expect(reopened.experiment_id).not.toBe(first.experiment_id);
    expect(await experimentsOf(project)).toHaveLength(2);
  });

  it('that close it before they open it leave nothing to be started', async () => {
    const { project, came } = await pullRequest(api);
    expect(await came({ action: 'closed', updated_at: at(2) })).toMatchObject({ outcome: 'ignored' });
    expect(await came({ updated_at: at(0) })).toMatchObject({ outcome: 'stale' });
    expect(await experimentsOf(project)).toEqual([]);
  });

  it('do not measure a commit twice that has, or will have, its answer', async () => {
    const { project, came } = await pullRequest(api);
    const first = await came({ updated_at: at(0) });
    const again = await came({ action: 'reopened', updated_at: at(1) });
    expect(again).toMatchObject({ outcome: 'ignored', experiment_id: first.experiment_id });
    expect(await experimentsOf(project)).toHaveLength(1);
    expect(await came({ action: 'synchronize', base_sha: commitOf('rebased'), updated_at: at(2) })).toMatchObject({
      outcome: 'started',
    });
  });

  it('go on where its experiment was deleted meanwhile', async () => {
    const { project, came } = await pullRequest(api);
    const first = await came({ updated_at: at(0) });
    await project.send('POST', `/v1/experiments/${first.experiment_id}/cancel`, { json: {} });
    expect((await project.send('DELETE', `/v1/experiments/${first.experiment_id}`)).status).toBe(204);
    expect(await came(synchronize('second', 1))).toMatchObject({ outcome: 'started' });
  });

  it('cancel what runs also where the newer commit makes no valid spec', async () => {
    const { came, experiment } = await pullRequest(api, { template: BY_BRANCH });
    const first = await came({ updated_at: at(0) });
    expect(await came({ ...synchronize('second', 1), branch: 'x"}, evil: {' })).toMatchObject({ outcome: 'invalid' });
    expect(await experiment(first.experiment_id)).toMatchObject({ status: 'canceled' });
  });
});

describe('an event that comes again', () => {
  it('twenty times at once is one experiment, and the same answer', async () => {
    const { project, send } = await pullRequest(api);
    const answers = await Promise.all(Array.from({ length: 20 }, () => send({}, 'one-delivery')));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
      ...Array.from({ length: 19 }, () => 200),
      202,
    ]);
    const texts = await Promise.all(answers.map((answer) => answer.text()));
    expect(new Set(texts).size).toBe(1);
    expect(JSON.parse(texts[0] ?? '')).toMatchObject({ outcome: 'started' });
    expect(await experimentsOf(project)).toHaveLength(1);
  });

  it('is known by its id, and by its body under another id or another name', async () => {
    const { project, hook, send } = await pullRequest(api, { events: ['push', 'pull-request'] });
    const first = await cameOf(await send({}, 'first'));
    expect(await cameOf(await send({}, 'replayed'), 200)).toEqual(first);
    expect(await cameOf(await send({ head_sha: commitOf('else'), updated_at: at(9) }, 'first'), 200)).toEqual(first);
    const renamed = await fromGithub(api, hook, 'push', githubPullRequest({}), { delivery: 'renamed' });
    expect(await cameOf(renamed, 200)).toEqual(first);
    expect(await experimentsOf(project)).toHaveLength(1);
  });

  it('is told what became of the first by then, and is another for another hook', async () => {
    const { project, came, send } = await pullRequest(api);
    const first = await came({ updated_at: at(0) });
    await came(synchronize('second', 1));
    expect(await cameOf(await send({ updated_at: at(0) }), 200)).toEqual(first);
    const other = await newHook(project);
    const elsewhere = await fromGithub(api, other, 'pull_request', githubPullRequest({ updated_at: at(0) }));
    expect(await cameOf(elsewhere)).toMatchObject({ outcome: 'started' });
  });

  it('with one byte changed is another event', async () => {
    const { project, hook } = await pullRequest(api);
    const text = JSON.stringify(githubPullRequest({ number: 1 }));
    await cameOf(await fromGithub(api, hook, 'pull_request', text));
    await cameOf(await fromGithub(api, hook, 'pull_request', text.replaceAll('"number":1', '"number":2')));
    expect(await experimentsOf(project)).toHaveLength(2);
  });
});

describe('two pushes at once', () => {
  it('leave one experiment that is not canceled: of the newer commit, whichever comes first', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { project, send } = await pullRequest(api);
      await send({ updated_at: at(0) });
      const answers = await Promise.all([2, 1, 3].map((minute) => send(synchronize(`commit ${minute}`, minute))));
      for (const answer of answers) expect(answer.status).toBe(202);
      const live = (await experimentsOf(project)).filter(({ status }) => status !== 'canceled');
      expect(live.map(({ labels }) => labels['commit'])).toEqual([commitOf('commit 3')]);
    }
  });

  it('to a branch are both measured: each is part of its history', async () => {
    const project = await api.project();
    const hook = await newHook(project, { events: ['push'] });
    await Promise.all(['a', 'b'].map((name) => fromGithub(api, hook, 'push', githubPush({ after: commitOf(name) }))));
    expect((await experimentsOf(project)).map(({ status }) => status)).toEqual(['queued', 'queued']);
  });
});
