import { eq } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { experiments } from '../../src/db/schema/experiments.ts';
import { CELL, ranOne, submitOne } from './series-runs.ts';
import { type Api, jsonOf, problemOf, type Project, startApi } from './service.ts';

interface History {
  readonly series: string;
  readonly main_branch: string;
  readonly metric: string;
  readonly points: readonly {
    readonly experiment_id: string;
    readonly commit: string | null;
    readonly verdict: string;
    readonly host_digest: string;
    readonly cells: readonly {
      readonly cell: string;
      readonly value: number;
      readonly lo: number;
      readonly hi: number;
    }[];
  }[];
  readonly change_points: readonly {
    readonly cell: string;
    readonly experiment_id: string;
    readonly before: number;
    readonly after: number;
  }[];
  readonly next: string | null;
}

const PATH = '/v1/series/api/history';
/** The median latency of each session: after the tenth one it is half as fast. */
const MEDIANS = Array.from({ length: 16 }, (_, n) => (n < 10 ? 4 : 8) * (1 + 0.01 * Math.sin(n * 2.4)));

let api: Api;
let project: Project;
/** Oldest first. */
const ids: string[] = [];
beforeAll(async () => {
  api = await startApi();
  project = await api.project();
  for (const [n, median_ms] of MEDIANS.entries()) {
    ids.push(await ranOne(project, { series: 'api', labels: { branch: 'main', commit: `c${n}` } }, { median_ms }));
  }
  await ranOne(project, { series: 'api', labels: { branch: 'change' } });
  await submitOne(project, { series: 'api', labels: { branch: 'main' } });
});

const history = async (query = '') => jsonOf<History>(await project.send('GET', `${PATH}${query}`));

describe('GET /v1/series/{name}/history', () => {
  it('has the main branch’s sessions newest first, with their commit, host and values with intervals', async () => {
    const { points, next, ...page } = await history();
    expect(page).toMatchObject({ series: 'api', main_branch: 'main', metric: 'throughput_rps' });
    expect(next).toBeNull();
    expect(points.map(({ experiment_id }) => experiment_id)).toEqual(ids.toReversed());
    expect(points[0]).toMatchObject({ commit: 'c15', verdict: 'none' });
    expect(points[0]?.host_digest).toMatch(/^[0-9a-f]{64}$/);
    const results = await jsonOf<{ cells: { cell: string; throughput_rps: { value: number } }[] }>(
      await project.send('GET', `/v1/experiments/${ids[0]}/results`),
    );
    const cells = points.at(-1)?.cells ?? [];
    expect(cells.map(({ cell, value }) => [cell, value])).toEqual(
      results.cells.map(({ cell, throughput_rps }) => [cell, throughput_rps.value]),
    );
    for (const { lo, value, hi } of cells) expect(lo <= value && value <= hi).toBe(true);
  });

  it('finds where the level changed, and between which levels', async () => {
    for (const [metric, factor] of [
      ['throughput_rps', 1 / 2],
      ['latency_p50_ms', 2],
    ] as const) {
      const { change_points } = await history(`?metric=${metric}&cell=${CELL}`);
      expect(change_points.map(({ cell, experiment_id }) => [cell, experiment_id])).toEqual([[CELL, ids[10]]]);
      const [{ before, after } = { before: 0, after: 0 }] = change_points;
      expect(after / before).toBeCloseTo(factor, 1);
    }
    expect((await history('?limit=6')).change_points).toEqual([]);
  });

  it('comes in pages that lead on, and keep what was asked for', async () => {
    const seen: string[] = [];
    let path: string | null = `${PATH}?limit=6&metric=latency_p95_ms`;
    while (path !== null) {
      const answer: Response = await project.send('GET', path);
      const link = answer.headers.get('Link');
      const page: History = await jsonOf<History>(answer);
      expect(page.metric).toBe('latency_p95_ms');
      expect(link).toBe(page.next === null ? null : `<${page.next}>; rel="next"`);
      seen.push(...page.points.map(({ experiment_id }) => experiment_id));
      path = page.next;
    }
    expect(seen).toEqual(ids.toReversed());
  });

  it('is of another branch when the series has another main branch', async () => {
    const mine = await api.project();
    const id = await ranOne(mine, { series: 'api', labels: { branch: 'trunk' } });
    const points = async () => (await jsonOf<History>(await mine.send('GET', PATH))).points;
    expect(await points()).toEqual([]);
    await jsonOf(await mine.send('PUT', '/v1/series/api', { json: { main_branch: 'trunk' } }));
    expect((await points()).map(({ experiment_id }) => experiment_id)).toEqual([id]);
  });

  it('makes results that were never made, because the service had ended before', async () => {
    const mine = await api.project();
    const id = await ranOne(mine, { series: 'api' });
    const none = { results: null, results_digest: null, results_version: null };
    await api.db.update(experiments).set(none).where(eq(experiments.id, id));
    const later = await startApi();
    const { points } = await jsonOf<History>(await later.send('GET', PATH, { key: mine.key }));
    expect(points.map(({ experiment_id, cells }) => [experiment_id, cells.length])).toEqual([[id, 1]]);
  });

  it.each([
    ['?limit=201', '/query/limit'],
    ['?limit=0', '/query/limit'],
    ['?metric=speed', '/query/metric'],
    ['?cursor=abc', '/query/cursor'],
    ['?branch=main', '/query/branch'],
  ])('refuses %s and names it', async (query, pointer) => {
    const refused = await project.send('GET', `${PATH}${query}`);
    expect(refused.status).toBe(422);
    expect(await problemOf(refused)).toMatchObject({ code: 'invalid-request', errors: [{ pointer }] });
  });

  it('is not found for a project that has no such series', async () => {
    const other = await api.project();
    expect((await problemOf(await other.send('GET', PATH))).code).toBe('not-found');
  });
});
