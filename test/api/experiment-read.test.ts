import { beforeAll, describe, expect, it } from 'vitest';
import { smallSpec } from '../fixtures/spec.ts';
import { startedJob } from './runner-client.ts';
import { type Api, jsonOf, problemOf, type Project, startApi } from './service.ts';

interface Page {
  experiments: { id: string; name: string }[];
  next: string | null;
}

let api: Api;
beforeAll(async () => {
  api = await startApi();
});

async function submit(project: Project, changes: Record<string, unknown> = {}): Promise<string> {
  const sent = await project.send('POST', '/v1/experiments', { json: smallSpec(changes) });
  return (await jsonOf<{ id: string }>(sent, 202)).id;
}

describe('GET /v1/experiments', () => {
  it('lists newest first, in pages that lead on by Link and by `next`', async () => {
    const project = await api.project();
    for (const name of ['one', 'two', 'three']) await submit(project, { name });
    const first = await project.send('GET', '/v1/experiments?limit=2');
    const link = first.headers.get('Link');
    const page = await jsonOf<Page>(first);
    expect(page.experiments.map((e) => e.name)).toEqual(['three', 'two']);
    expect(link).toBe(`<${page.next}>; rel="next"`);
    const second = await project.send('GET', page.next ?? '');
    expect(second.headers.get('Link')).toBeNull();
    expect(await jsonOf<Page>(second)).toMatchObject({ experiments: [{ name: 'one' }], next: null });
  });

  it('narrows by status and by labels, all of which must fit', async () => {
    const project = await api.project();
    await submit(project, { name: 'a', labels: { branch: 'main', commit: '1' } });
    await submit(project, { name: 'b', labels: { branch: 'main', commit: '2' } });
    const names = async (query: string) =>
      (await jsonOf<Page>(await project.send('GET', `/v1/experiments?${query}`))).experiments.map((e) => e.name);
    expect(await names('label.branch=main')).toEqual(['b', 'a']);
    expect(await names('label.branch=main&label.commit=1')).toEqual(['a']);
    expect(await names('label.branch=other')).toEqual([]);
    // The name that the documentation has for all of them.
    expect(await names('label.KEY=main')).toEqual([]);
    expect(await names('status=queued')).toEqual(['b', 'a']);
    expect(await names('status=succeeded')).toEqual([]);
  });

  it.each([
    ['limit=101', '/query/limit'],
    ['status=done', '/query/status'],
    ['cursor=abc', '/query/cursor'],
    ['labels=x', '/query/labels'],
  ])('refuses the parameter %s and names it', async (query, pointer) => {
    const project = await api.project();
    const response = await project.send('GET', `/v1/experiments?${query}`);
    expect(response.status).toBe(422);
    expect(await problemOf(response)).toMatchObject({ code: 'invalid-request', errors: [{ pointer }] });
  });
});

describe('GET /v1/experiments/{id}', () => {
  it('shows what the runner is at, and when it may be over', async () => {
    const project = await api.project();
    const id = await submit(project);
    const { runner, job } = await startedJob(project);
    const progress = { trials_done: 0, cell: 'fastapi.w1.c16', block: 1, phase: 'window', rps: 4000, errors: 0 };
    await jsonOf(await runner.heartbeat(job, progress));
    const shown = await jsonOf<{ progress: { eta_s: number } }>(await project.send('GET', `/v1/experiments/${id}`));
    expect(shown).toMatchObject({
      status: 'running',
      progress: { cell: 'fastapi.w1.c16', block: 1, phase: 'window', rps: 4000 },
    });
    expect(shown.progress.eta_s).toBeGreaterThan(0);
    expect(shown.progress.eta_s).toBeLessThanOrEqual(57);
  });

  it('answers 304 to its own ETag until something changes', async () => {
    const project = await api.project();
    const id = await submit(project);
    const path = `/v1/experiments/${id}`;
    const etag = (await project.send('GET', path)).headers.get('ETag') ?? '';
    expect(etag).toMatch(/^W\/"/);
    const same = await project.send('GET', path, { headers: { 'If-None-Match': etag } });
    expect(same.status).toBe(304);
    expect(await same.text()).toBe('');
    await startedJob(project);
    const changed = await project.send('GET', path, { headers: { 'If-None-Match': etag } });
    expect(changed.status).toBe(200);
    expect(changed.headers.get('ETag')).not.toBe(etag);
  });

  it('is not found for another project', async () => {
    const [mine, other] = [await api.project(), await api.project()];
    const id = await submit(mine);
    for (const path of ['', '/spec', '/spec?form=original', '/results', '/events', '/report', '/comparisons']) {
      const response = await other.send('GET', `/v1/experiments/${id}${path}`);
      expect(response.status, path).toBe(404);
      expect((await problemOf(response)).code, path).toBe('not-found');
    }
  });
});
