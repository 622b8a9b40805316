import { beforeAll, describe, expect, it } from 'vitest';
import type { ClaimedJob } from '../../src/core/runner-protocol.ts';
import { smallSpec } from '../fixtures/spec.ts';
import { runnerOf, trialsOf } from './runner-client.ts';
import { type Api, jsonOf, problemOf, type Project, startApi } from './service.ts';

interface RunnerDocument {
  id: string;
  shared: boolean;
  draining: boolean;
  busy: boolean;
  experiment_id: string | null;
}

let api: Api;
beforeAll(async () => {
  api = await startApi();
});

async function openShared(of: Project, host_id: string) {
  const { session } = runnerOf(of, host_id);
  return of.send('POST', '/runner/v1/sessions', { json: { ...session, shared: true } });
}

describe('a runner that an operator opens for all', () => {
  it('runs a job of another project from claim to finish, and shows that project what it is at', async () => {
    const [operator, tenant] = [await api.project(), await api.project()];
    const runner = runnerOf(operator, `shared-${operator.id}`);
    const { session_id, runner_id } = await jsonOf<{ session_id: string; runner_id: string }>(
      await openShared(operator, `shared-${operator.id}`),
    );
    const sent = await tenant.send('POST', '/v1/experiments', { json: smallSpec() });
    const { id } = await jsonOf<{ id: string }>(sent, 202);
    const claim = async (n: number) => jsonOf<ClaimedJob>(await runner.claim(session_id, `claim-${n}-for-all`));
    let job = await claim(0);
    // It serves the queue of every project: what other tests have left there comes first.
    for (let n = 1; job.experiment_id !== id; n += 1) {
      await jsonOf(await runner.finish(job, 'failed', 'no-ok-trial'));
      job = await claim(n);
    }
    await jsonOf(await runner.start(job));
    const shown = await jsonOf<RunnerDocument>(await tenant.send('GET', `/v1/runners/${runner_id}`));
    expect(shown).toMatchObject({ shared: true, busy: true, experiment_id: id });
    const bystander = await api.project();
    const hidden = await jsonOf<RunnerDocument>(await bystander.send('GET', `/v1/runners/${runner_id}`));
    expect(hidden).toMatchObject({ shared: true, busy: true, experiment_id: null });
    for (const trial of trialsOf(job)) await jsonOf(await runner.put(job, trial), 201);
    await jsonOf(await runner.finish(job));
    expect(await jsonOf(await tenant.send('GET', `/v1/experiments/${id}`))).toMatchObject({ status: 'succeeded' });
    expect((await operator.send('GET', `/v1/experiments/${id}`)).status).toBe(404);
    expect((await operator.send('DELETE', `/v1/runners/${runner_id}`)).status).toBe(204);
  });

  it('needs the scope operator', async () => {
    const project = await api.project();
    const key = await project.withKey('runner', ['run']);
    const { session } = runnerOf(project);
    const answer = await api.send('POST', '/runner/v1/sessions', { key, json: { ...session, shared: true } });
    expect(answer.status).toBe(403);
    expect((await problemOf(answer)).detail).toContain('`operator`');
  });

  it('is drained and deleted by operators alone', async () => {
    const operator = await api.project();
    const { runner_id } = await jsonOf<{ runner_id: string }>(await openShared(operator, `host-${operator.id}`));
    const tenant = await api.project();
    const admin = await tenant.withKey('user', ['admin', 'read']);
    expect((await api.send('POST', `/v1/runners/${runner_id}/drain`, { key: admin })).status).toBe(404);
    expect((await api.send('DELETE', `/v1/runners/${runner_id}`, { key: admin })).status).toBe(404);
    const drained = await operator.send('POST', `/v1/runners/${runner_id}/drain`);
    expect(await jsonOf(drained)).toMatchObject({ draining: true });
    expect((await operator.send('DELETE', `/v1/runners/${runner_id}`)).status).toBe(204);
  });
});

describe('POST /v1/runners/{id}/drain', () => {
  it('marks a runner until it registers again', async () => {
    const project = await api.project();
    const runner = runnerOf(project);
    const { runner_id } = await runner.register();
    const path = `/v1/runners/${runner_id}`;
    expect(await jsonOf(await project.send('GET', path))).toMatchObject({ draining: false });
    expect(await jsonOf(await project.send('POST', `${path}/drain`))).toMatchObject({ id: runner_id, draining: true });
    expect(await jsonOf(await project.send('GET', path))).toMatchObject({ draining: true });
    await runner.register();
    expect(await jsonOf(await project.send('GET', path))).toMatchObject({ draining: false });
  });

  it('is not found for another project’s runner', async () => {
    const [mine, other] = [await api.project(), await api.project()];
    const { runner_id } = await runnerOf(mine).register();
    expect((await other.send('POST', `/v1/runners/${runner_id}/drain`)).status).toBe(404);
    expect(await jsonOf(await mine.send('GET', `/v1/runners/${runner_id}`))).toMatchObject({ draining: false });
  });
});
