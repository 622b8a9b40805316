import { and, eq } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { experiments } from '../../src/db/schema/experiments.ts';
import { deliveries } from '../../src/db/schema/webhooks.ts';
import { commitOf, githubPing } from '../fixtures/github-events.ts';
import { at, BY_BRANCH, pullRequest, synchronize } from './hook-pull-request.ts';
import { type Came, cameOf, experimentsOf, fromGithub, type Hook, newHook } from './hook-senders.ts';
import { type Api, jsonOf, problemOf, startApi } from './service.ts';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});

describe('the commit of a fork', () => {
  const fork = { fork: true, branch: 'main' } as const;

  async function ofFork(settings: Record<string, unknown> = {}) {
    const pull = await pullRequest(api, settings);
    const approve = (came: Came, key = pull.project.key) =>
      api.send('POST', `/v1/hooks/${pull.hook.id}/deliveries/${came.delivery_id}/approve`, { key });
    return { ...pull, approve };
  }

  const statusesOf = (hook: Hook) =>
    api.db
      .select({ subject: deliveries.subject, payload: deliveries.payload, event: deliveries.event })
      .from(deliveries)
      .where(and(eq(deliveries.hook_id, hook.id), eq(deliveries.kind, 'commit-status')));

  it('waits, with a pending status, until somebody with the scope admin approves it', async () => {
    const { project, hook, came, approve } = await ofFork({ token: 'ghp_x' });
    const waiting = await came({ ...fork, updated_at: at(0) });
    expect(waiting).toMatchObject({ outcome: 'waiting-approval', experiment_id: null });
    expect(await experimentsOf(project)).toEqual([]);
    expect(await statusesOf(hook)).toEqual([
      {
        subject: `acme/shop@${commitOf('head')}`,
        event: 'commit-status',
        payload: {
          type: 'commit-status',
          data: { repo: 'acme/shop', head_sha: commitOf('head'), state: 'pending', says: waiting.says },
        },
      },
    ]);
    const submitter = await project.withKey('user', ['read', 'submit', 'run']);
    expect((await approve(waiting, submitter)).status).toBe(403);
    const approved = await jsonOf<{ outcome: string; experiment_id: string }>(await approve(waiting));
    expect(approved).toMatchObject({ outcome: 'started' });
    const [row] = await api.db.select().from(experiments).where(eq(experiments.id, approved.experiment_id));
    expect(row).toMatchObject({ origin: { fork: true, pull_request: 5 }, labels: { branch: 'mallory:main' } });
    const again = await jsonOf<{ experiment_id: string }>(await approve(waiting));
    expect(again.experiment_id).toBe(approved.experiment_id);
    expect(await experimentsOf(project)).toHaveLength(1);
  });

  it('is approved once by several at once', async () => {
    const { project, came, approve } = await ofFork();
    const waiting = await came({ ...fork });
    const answers = await Promise.all(Array.from({ length: 5 }, () => approve(waiting)));
    const ids = await Promise.all(answers.map(async (answer) => (await jsonOf(answer))['experiment_id']));
    expect(new Set(ids).size).toBe(1);
    expect(await experimentsOf(project)).toHaveLength(1);
  });

  it('is approved alone: the next one waits again, and the one before can no longer be', async () => {
    const { project, came, approve, experiment } = await ofFork();
    const first = await came({ ...fork, updated_at: at(0) });
    const approved = await jsonOf<{ experiment_id: string }>(await approve(first));
    const second = await came({ ...fork, ...synchronize('second', 1) });
    expect(second.outcome).toBe('waiting-approval');
    expect(await experiment(approved.experiment_id)).toMatchObject({ status: 'canceled' });
    const third = await came({ ...fork, ...synchronize('third', 2) });
    const late = await approve(second);
    expect(late.status).toBe(409);
    const problem = await problemOf(late);
    expect(problem.code).toBe('not-waiting');
    expect(problem.detail).toMatch('a newer commit took its place');
    expect(await jsonOf(await approve(third))).toMatchObject({ outcome: 'started', head_sha: commitOf('third') });
    expect(await experimentsOf(project)).toHaveLength(2);
  });

  it('that was approved is measured again without another approval, when it is opened again', async () => {
    const { came, approve } = await ofFork();
    await jsonOf(await approve(await came({ ...fork, updated_at: at(0) })));
    await came({ ...fork, action: 'closed', updated_at: at(1) });
    expect(await came({ ...fork, action: 'reopened', updated_at: at(2) })).toMatchObject({ outcome: 'started' });
  });

  it('can no longer be approved when its pull request was closed', async () => {
    const { project, came, approve } = await ofFork();
    const waiting = await came({ ...fork, updated_at: at(0) });
    await came({ ...fork, action: 'closed', updated_at: at(1) });
    expect((await problemOf(await approve(waiting))).detail).toMatch('closed before anybody approved it');
    expect(await experimentsOf(project)).toEqual([]);
  });

  it('whose repository is gone is one of a fork all the same', async () => {
    const { came } = await ofFork();
    expect(await came({ fork: 'deleted' })).toMatchObject({ outcome: 'waiting-approval' });
  });

  it('for which there is no valid spec by then stays waiting, and the problems are named', async () => {
    const { project, hook, came, approve } = await ofFork();
    const waiting = await came(fork);
    await jsonOf(await project.send('PATCH', `/v1/hooks/${hook.id}`, { json: { template: BY_BRANCH } }));
    const refused = await approve(waiting);
    expect(refused.status).toBe(422);
    expect((await problemOf(refused)).errors?.map(({ pointer }) => pointer)).toEqual(['/deployments/0/ref']);
    await jsonOf(await project.send('PATCH', `/v1/hooks/${hook.id}`, { json: { target: 't', server: 's' } }));
    await project.send('PATCH', `/v1/projects/${project.id}`, { json: { max_queued: 0 } });
    expect((await problemOf(await approve(waiting))).code).toBe('quota-exceeded');
    await project.send('PATCH', `/v1/projects/${project.id}`, { json: { max_queued: 1 } });
    expect(await jsonOf(await approve(waiting))).toMatchObject({ outcome: 'started' });
  });

  it('is not approved by what never waited, nor by another hook or project', async () => {
    const { project, hook, came, approve } = await ofFork();
    const started = await came({ number: 1 });
    expect(await jsonOf(await approve(started))).toMatchObject({
      outcome: 'started',
      experiment_id: started.experiment_id,
    });
    const waiting = await came({ ...fork, number: 2 });
    const other = await newHook(project);
    for (const path of [
      `/v1/hooks/${other.id}/deliveries/${waiting.delivery_id}/approve`,
      `/v1/hooks/${hook.id}/deliveries/dlv_${'0'.repeat(32)}/approve`,
    ])
      expect((await project.send('POST', path)).status, path).toBe(404);
    const stranger = await api.project();
    expect((await approve(waiting, stranger.key)).status).toBe(404);
    const ping = await cameOf(await fromGithub(api, hook, 'ping', githubPing()));
    expect((await problemOf(await approve(ping))).code).toBe('not-waiting');
  });
});
