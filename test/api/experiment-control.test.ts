import { beforeAll, describe, expect, it } from 'vitest';
import { smallSpec } from '../fixtures/spec.ts';
import { runToEnd, startedJob } from './runner-client.ts';
import { type Api, jsonOf, problemOf, type Project, startApi } from './service.ts';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});

async function submit(project: Project): Promise<string> {
  const sent = await project.send('POST', '/v1/experiments', { json: smallSpec() });
  return `/v1/experiments/${(await jsonOf<{ id: string }>(sent, 202)).id}`;
}

describe('POST /v1/experiments/{id}/cancel', () => {
  it('ends a queued experiment at once', async () => {
    const project = await api.project();
    const path = await submit(project);
    const canceled = await project.send('POST', `${path}/cancel`);
    expect(canceled.headers.get('Retry-After')).toBeNull();
    expect(await jsonOf(canceled)).toMatchObject({ status: 'canceled', reason: 'canceled' });
  });

  it('asks the runner of a running one, which is told so on its next call', async () => {
    const project = await api.project();
    const path = await submit(project);
    const { runner, job } = await startedJob(project);
    const asked = await jsonOf<{ status: string; cancel_requested_at: string }>(
      await project.send('POST', `${path}/cancel`),
      202,
    );
    expect(asked.status).toBe('running');
    expect(Date.parse(asked.cancel_requested_at)).not.toBeNaN();
    const progress = { trials_done: 0, cell: null, block: null, phase: null, rps: null, errors: null };
    const beat = await runner.heartbeat(job, progress);
    expect(beat.headers.get('Job-Status')).toBe('canceling');
    expect(await jsonOf(beat)).toEqual({ status: 'canceling' });
    expect(await jsonOf(await runner.finish(job, 'canceled', 'canceled'))).toEqual({
      status: 'canceled',
      reason: 'canceled',
    });
    expect(await jsonOf(await project.send('GET', path))).toMatchObject({ status: 'canceled' });
  });

  it('answers 200 when the experiment has ended already', async () => {
    const project = await api.project();
    const path = await submit(project);
    await runToEnd(project);
    expect(await jsonOf(await project.send('POST', `${path}/cancel`))).toMatchObject({ status: 'succeeded' });
  });

  it('does not find another project’s experiment', async () => {
    const [mine, other] = [await api.project(), await api.project()];
    const path = await submit(mine);
    expect((await other.send('POST', `${path}/cancel`)).status).toBe(404);
    expect(await jsonOf(await mine.send('GET', path))).toMatchObject({ status: 'queued' });
  });
});

describe('DELETE /v1/experiments/{id}', () => {
  it('deletes an ended experiment with all that belongs to it', async () => {
    const project = await api.project();
    const path = await submit(project);
    await runToEnd(project);
    expect((await project.send('DELETE', path)).status).toBe(204);
    for (const gone of [path, `${path}/results`, `${path}/events`, `${path}/spec`]) {
      expect((await project.send('GET', gone)).status, gone).toBe(404);
    }
    expect((await project.send('DELETE', path)).status).toBe(404);
  });

  it('refuses while it has not ended', async () => {
    const project = await api.project();
    const path = await submit(project);
    const refused = await project.send('DELETE', path);
    expect(refused.status).toBe(409);
    expect((await problemOf(refused)).code).toBe('experiment-not-ended');
    expect((await project.send('GET', path)).status).toBe(200);
  });
});

describe('GET /v1/experiments/{id}/events', () => {
  it('tells the life of an experiment in order, and what came after a number', async () => {
    const project = await api.project();
    const path = await submit(project);
    await runToEnd(project);
    const { events } = await jsonOf<{ events: { seq: number; type: string }[] }>(
      await project.send('GET', `${path}/events`),
    );
    expect(events.map((e) => e.seq)).toEqual(events.map((_, i) => i + 1));
    expect(events.map((e) => e.type)).toEqual([
      'queued',
      'claimed',
      'started',
      ...Array.from({ length: 4 }, () => 'trial-stored'),
      'succeeded',
    ]);
    const later = await jsonOf<{ events: { seq: number }[] }>(await project.send('GET', `${path}/events?after=7`));
    expect(later.events.map((e) => e.seq)).toEqual([8]);
  });
});
