import { beforeAll, describe, expect, it } from 'vitest';
import { ranOne, runOne, submitOne } from './series-runs.ts';
import { type Api, jsonOf, problemOf, startApi } from './service.ts';

interface Series {
  readonly name: string;
  readonly main_branch: string;
  readonly baseline: { experiment_id: string; set_at: string } | null;
  readonly links: Record<string, string>;
}

let api: Api;
beforeAll(async () => {
  api = await startApi();
});

describe('a series', () => {
  it('is there with its first experiment, which says that it is of it', async () => {
    const project = await api.project();
    expect((await problemOf(await project.send('GET', '/v1/series/api'))).code).toBe('not-found');
    const id = await submitOne(project, { series: 'api' });
    expect(await jsonOf(await project.send('GET', `/v1/experiments/${id}`))).toMatchObject({ series: 'api' });
    const series = await jsonOf<Series>(await project.send('GET', '/v1/series/api'));
    expect(series).toEqual({
      name: 'api',
      main_branch: 'main',
      baseline: null,
      links: {
        self: '/v1/series/api',
        history: '/v1/series/api/history',
        baseline: '/v1/series/api/baseline',
        experiments: '/v1/experiments?series=api',
      },
    });
    await submitOne(project);
    const listed = await jsonOf<{ experiments: { id: string }[] }>(
      await project.send('GET', series.links['experiments'] ?? ''),
    );
    expect(listed.experiments.map((experiment) => experiment.id)).toEqual([id]);
  });

  it('has the main branch that is set, also before its first experiment, and as each project sets it', async () => {
    const [mine, other] = [await api.project(), await api.project()];
    const set = await mine.send('PUT', '/v1/series/api', { json: { main_branch: 'release/1.x' } });
    expect(await jsonOf(set)).toMatchObject({ name: 'api', main_branch: 'release/1.x' });
    expect((await other.send('GET', '/v1/series/api')).status).toBe(404);
    await jsonOf(await other.send('PUT', '/v1/series/api', { json: { main_branch: 'trunk' } }));
    expect(await jsonOf(await mine.send('GET', '/v1/series/api'))).toMatchObject({ main_branch: 'release/1.x' });
  });

  it.each([
    [{}, '/main_branch'],
    [{ main_branch: '' }, '/main_branch'],
    [{ main_branch: 'a\nb' }, '/main_branch'],
    [{ main_branch: 'x'.repeat(201) }, '/main_branch'],
    [{ main_branch: 'main', baseline: 'exp_0' }, '/baseline'],
  ])('is refused %j, and nothing is stored', async (json, pointer) => {
    const project = await api.project();
    const refused = await project.send('PUT', '/v1/series/api', { json });
    expect(refused.status).toBe(422);
    expect(await problemOf(refused)).toMatchObject({ code: 'invalid-request', errors: [{ pointer }] });
    expect((await project.send('GET', '/v1/series/api')).status).toBe(404);
  });

  it('is listed with the others by name, in pages that lead on', async () => {
    const project = await api.project();
    for (const name of ['c', 'a', 'b']) {
      await jsonOf(await project.send('PUT', `/v1/series/${name}`, { json: { main_branch: 'main' } }));
    }
    const first = await project.send('GET', '/v1/series?limit=2');
    const link = first.headers.get('Link');
    const page = await jsonOf<{ series: Series[]; next: string }>(first);
    expect(page.series.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(link).toBe(`<${page.next}>; rel="next"`);
    const second = await project.send('GET', page.next);
    expect(second.headers.get('Link')).toBeNull();
    expect(await jsonOf(second)).toMatchObject({ series: [{ name: 'c' }], next: null });
    expect((await problemOf(await project.send('GET', '/v1/series?cursor=%25'))).errors?.[0]?.pointer).toBe(
      '/query/cursor',
    );
  });

  it('has a name as in a spec', async () => {
    const project = await api.project();
    for (const path of ['/v1/series/A%20B', '/v1/series/A%20B/history', '/v1/series/A%20B/baseline']) {
      const refused = await project.send('GET', path);
      expect(refused.status, path).toBe(422);
      expect((await problemOf(refused)).errors?.[0]?.pointer, path).toBe('/params/name');
    }
    expect((await project.send('GET', '/v1/experiments?series=A%20B')).status).toBe(422);
  });
});

describe('the baseline of a series', () => {
  it('is pinned, shown, replaced and taken away', async () => {
    const project = await api.project();
    const [first, second] = [await ranOne(project, { series: 'api' }), await ranOne(project, { series: 'api' })];
    const path = '/v1/series/api/baseline';
    expect((await problemOf(await project.send('GET', path))).detail).toBe('the series api has no baseline');
    const pinned = await jsonOf<{ experiment_id: string; set_at: string }>(
      await project.send('PUT', path, { json: { experiment_id: first } }),
    );
    expect(pinned.experiment_id).toBe(first);
    expect(Date.parse(pinned.set_at)).not.toBeNaN();
    expect(await jsonOf(await project.send('GET', path))).toEqual(pinned);
    expect((await jsonOf<Series>(await project.send('GET', '/v1/series/api'))).baseline).toEqual(pinned);
    await jsonOf(await project.send('PUT', path, { json: { experiment_id: second } }));
    expect(await jsonOf(await project.send('GET', path))).toMatchObject({ experiment_id: second });
    expect((await project.send('DELETE', path)).status).toBe(204);
    expect((await project.send('GET', path)).status).toBe(404);
    expect((await project.send('DELETE', path)).status).toBe(204);
  });

  it('is an experiment of that series and project that has succeeded, and nothing else', async () => {
    const [project, other] = [await api.project(), await api.project()];
    const pin = (experiment_id: string, from = project) =>
      from.send('PUT', '/v1/series/api/baseline', { json: { experiment_id } });
    const queued = await submitOne(project, { series: 'api' });
    expect((await problemOf(await pin(queued))).code).toBe('experiment-not-ended');
    expect((await problemOf(await pin(queued, other))).code).toBe('not-found');
    expect((await problemOf(await pin('exp_gone'))).code).toBe('not-found');
    await project.send('POST', `/v1/experiments/${queued}/cancel`);
    const canceled = await pin(queued);
    expect(canceled.status).toBe(422);
    expect(await problemOf(canceled)).toMatchObject({
      errors: [
        { pointer: '/experiment_id', detail: 'expected an experiment that has succeeded, got one that is canceled' },
      ],
    });
    const elsewhere = await ranOne(project, { series: 'web' });
    expect(await problemOf(await pin(elsewhere))).toMatchObject({
      status: 422,
      errors: [{ pointer: '/experiment_id', detail: 'expected an experiment of this series, got one of web' }],
    });
    const unnamed = await project.send('PUT', '/v1/series/api/baseline', { json: {} });
    expect((await problemOf(unnamed)).errors?.[0]?.pointer).toBe('/experiment_id');
    expect((await project.send('GET', '/v1/series/api/baseline')).status).toBe(404);
  });

  it('is not deleted while it is pinned', async () => {
    const project = await api.project();
    const id = await ranOne(project, { series: 'api' });
    await jsonOf(await project.send('PUT', '/v1/series/api/baseline', { json: { experiment_id: id } }));
    const refused = await project.send('DELETE', `/v1/experiments/${id}`);
    expect(refused.status).toBe(409);
    expect((await problemOf(refused)).code).toBe('experiment-pinned');
    await project.send('DELETE', '/v1/series/api/baseline');
    expect((await project.send('DELETE', `/v1/experiments/${id}`)).status).toBe(204);
  });
});

describe('a threshold against the baseline of the series', () => {
  const gated = (head = 'fastapi') => ({
    series: 'api',
    labels: { branch: 'change' },
    thresholds: [{ id: 'speed', regression: { metric: 'throughput_rps', worse_by: 0.03, base: 'series', head } }],
  });
  const judged = async (project: Awaited<ReturnType<Api['project']>>, id: string) => {
    const body = await jsonOf<{ verdict: string; thresholds: { checks: { method: string; reason: string }[] }[] }>(
      await project.send('GET', `/v1/experiments/${id}/comparisons`),
    );
    return { verdict: body.verdict, ...body.thresholds[0]?.checks[0] };
  };

  it('is inconclusive without a baseline, on another host, and without a history on this one', async () => {
    const project = await api.project();
    const none = await ranOne(project, gated());
    expect(await judged(project, none)).toMatchObject({ verdict: 'inconclusive', reason: 'no-baseline' });
    const main = await ranOne(project, { series: 'api' });
    await jsonOf(await project.send('PUT', '/v1/series/api/baseline', { json: { experiment_id: main } }));
    const elsewhere = await ranOne(project, gated(), { host: 'host-0002' });
    expect(await judged(project, elsewhere)).toMatchObject({ verdict: 'inconclusive', reason: 'other-host' });
    const alone = await ranOne(project, gated());
    expect(await judged(project, alone)).toMatchObject({ verdict: 'inconclusive', reason: 'one-session-each' });
  });

  it('fails what is slower than eight sessions of the main branch differ, and passes what is as fast', async () => {
    const project = await api.project();
    const pinned: string[] = [];
    for (let n = 0; n < 8; n += 1) {
      // Sessions differ by some 1 %.
      pinned.push(await ranOne(project, { series: 'api' }, { median_ms: 4 + 0.04 * Math.sin(n * 2.4) }));
    }
    const json = { experiment_id: pinned.at(-1) };
    await jsonOf(await project.send('PUT', '/v1/series/api/baseline', { json }));
    const slower = await ranOne(project, gated(), { median_ms: 6 });
    expect(await judged(project, slower)).toMatchObject({ verdict: 'failed', method: 'sessions' });
    const equal = await ranOne(project, gated(), { median_ms: 3.9 });
    expect(await judged(project, equal)).toMatchObject({ method: 'sessions' });
    expect((await judged(project, equal)).verdict).not.toBe('failed');
    // Its verdict stands when another baseline is pinned.
    await jsonOf(await project.send('PUT', '/v1/series/api/baseline', { json: { experiment_id: pinned[0] } }));
    expect((await judged(project, slower)).verdict).toBe('failed');
  });

  it('compares with the baseline also while the experiment still runs', async () => {
    const project = await api.project();
    const main = await ranOne(project, { series: 'api' });
    await jsonOf(await project.send('PUT', '/v1/series/api/baseline', { json: { experiment_id: main } }));
    const id = await submitOne(project, gated());
    const partial = await jsonOf(await project.send('GET', `/v1/experiments/${id}/results?partial=true`));
    expect(partial).toMatchObject({ verdict: 'none', baseline: { experiment_id: main } });
    await runOne(project);
    expect(await jsonOf(await project.send('GET', `/v1/experiments/${id}/results`))).toMatchObject({
      verdict: 'inconclusive',
      baseline: { experiment_id: main, sessions: 1 },
    });
  });
});
