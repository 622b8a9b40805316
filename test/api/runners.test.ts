import { beforeAll, describe, expect, it } from 'vitest';
import { OFFERS } from '../fixtures/offers.ts';
import { HOST_FINGERPRINT } from '../fixtures/trial-result.ts';
import { smallSpec } from '../fixtures/spec.ts';
import { runnerOf, startedJob } from './runner-client.ts';
import { type Api, jsonOf, problemOf, startApi } from './service.ts';

interface Runner {
  id: string;
  online: boolean;
  busy: boolean;
  experiment_id: string | null;
}

let api: Api;
beforeAll(async () => {
  api = await startApi();
});

describe('GET /v1/targets', () => {
  it('has nothing without a runner, and what runners offer with one', async () => {
    const project = await api.project();
    expect(await jsonOf(await project.send('GET', '/v1/targets'))).toEqual({ targets: [] });
    await runnerOf(project).register();
    const { targets } = await jsonOf<{ targets: { target: string }[] }>(await project.send('GET', '/v1/targets'));
    expect(targets.map((t) => t.target).sort()).toEqual(OFFERS.map((o) => o.target).sort());
  });
});

describe('/v1/runners', () => {
  it('shows a runner with its host, and what it is at', async () => {
    const project = await api.project();
    const sent = await project.send('POST', '/v1/experiments', { json: smallSpec() });
    const { id } = await jsonOf<{ id: string }>(sent, 202);
    await startedJob(project);
    const { runners } = await jsonOf<{ runners: Runner[] }>(await project.send('GET', '/v1/runners'));
    expect(runners).toHaveLength(1);
    expect(runners[0]).toMatchObject({ online: true, busy: true, experiment_id: id, host: HOST_FINGERPRINT });
    expect(await jsonOf(await project.send('GET', `/v1/runners/${runners[0]?.id}`))).toEqual(runners[0]);
  });

  it('does not delete one that holds a job, and deletes an idle one', async () => {
    const project = await api.project();
    await project.send('POST', '/v1/experiments', { json: smallSpec() });
    const { runner, job } = await startedJob(project);
    const { runners } = await jsonOf<{ runners: Runner[] }>(await project.send('GET', '/v1/runners'));
    const path = `/v1/runners/${runners[0]?.id}`;
    const busy = await project.send('DELETE', path);
    expect(busy.status).toBe(409);
    expect((await problemOf(busy)).code).toBe('runner-busy');
    await jsonOf(await runner.finish(job, 'failed', 'no-ok-trial'));
    expect((await project.send('DELETE', path)).status).toBe(204);
    expect((await project.send('GET', path)).status).toBe(404);
  });

  it('shows and deletes nothing of another project', async () => {
    const [mine, other] = [await api.project(), await api.project()];
    const { runner_id } = await runnerOf(mine).register();
    expect(await jsonOf(await other.send('GET', '/v1/runners'))).toEqual({ runners: [] });
    expect((await other.send('GET', `/v1/runners/${runner_id}`)).status).toBe(404);
    expect((await other.send('DELETE', `/v1/runners/${runner_id}`)).status).toBe(404);
    expect((await mine.send('GET', `/v1/runners/${runner_id}`)).status).toBe(200);
  });
});
