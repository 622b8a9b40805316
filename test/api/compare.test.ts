import { beforeAll, describe, expect, it } from 'vitest';
import { resultsComparisonSchema } from '../../src/core/compare/compare-results.ts';
import { CELL, ranOne, submitOne } from './series-runs.ts';
import { type Api, jsonOf, problemOf, type Project, startApi } from './service.ts';

let api: Api;
let project: Project;
let fast: string;
let slow: string;
beforeAll(async () => {
  api = await startApi();
  project = await api.project();
  fast = await ranOne(project, {}, { median_ms: 4 });
  slow = await ranOne(project, {}, { median_ms: 8 });
});

const between = (a: string, b: string) => `/v1/experiments/${a}/compare/${b}`;
const compared = async (a: string, b: string, from = project) =>
  resultsComparisonSchema.parse(await jsonOf(await from.send('GET', between(a, b))));

describe('GET /v1/experiments/{a}/compare/{b}', () => {
  it('has for each cell the ratios of b to a with intervals, turned so that above 1 is better', async () => {
    const { a, b, not_comparable, cells } = await compared(slow, fast);
    expect([a.experiment_id, b.experiment_id, not_comparable]).toEqual([slow, fast, []]);
    expect(cells.map(({ cell }) => cell)).toEqual([CELL]);
    for (const metric of ['throughput_rps', 'latency_mean_ms'] as const) {
      const pair = cells[0]?.comparisons.find((comparison) => comparison.metric === metric);
      expect(pair, metric).toMatchObject({ verdict: 'faster' });
      expect(pair?.ratio, metric).toBeCloseTo(2, 1);
    }
    const [other] = (await compared(fast, slow)).cells;
    expect(other?.comparisons[0]).toMatchObject({ metric: 'throughput_rps', verdict: 'slower' });
  });

  it('says why nothing is compared: the same one, another host; and of a cell that only one of them has', async () => {
    expect(await compared(fast, fast)).toMatchObject({ not_comparable: ['same-experiment'] });
    const elsewhere = await ranOne(project, {}, { host: 'host-0002' });
    const apart = await compared(fast, elsewhere);
    expect(apart.not_comparable).toEqual(['other-host']);
    expect(apart.cells.flatMap(({ comparisons }) => comparisons)).toEqual([]);
    const wider = await ranOne(project, { load: [{ model: 'closed', connections: [16, 32] }] });
    const { not_comparable, cells } = await compared(fast, wider);
    expect(not_comparable).toEqual([]);
    expect(cells.map((cell) => [cell.cell, cell.not_comparable])).toEqual([
      [CELL, null],
      ['fastapi.w1.c32', 'only-in-b'],
    ]);
  });

  it('is refused before both have ended', async () => {
    const queued = await submitOne(project);
    for (const path of [between(fast, queued), between(queued, fast)]) {
      const refused = await project.send('GET', path);
      expect(refused.status, path).toBe(409);
      const problem = await problemOf(refused);
      expect(problem.code, path).toBe('experiment-not-ended');
      expect(problem.detail, path).toContain(queued);
    }
    await project.send('POST', `/v1/experiments/${queued}/cancel`);
    expect((await compared(fast, queued)).not_comparable).toEqual(['no-host']);
  });

  it('finds no experiment of another project, on neither side', async () => {
    const other = await api.project();
    const theirs = await ranOne(other);
    for (const path of [between(theirs, fast), between(fast, theirs)]) {
      expect((await problemOf(await other.send('GET', path))).code, path).toBe('not-found');
    }
    expect((await other.send('GET', between(theirs, theirs))).status).toBe(200);
  });

  it('answers 304 to its ETag', async () => {
    const path = between(fast, slow);
    const etag = (await project.send('GET', path)).headers.get('ETag') ?? '';
    expect((await project.send('GET', path, { headers: { 'If-None-Match': etag } })).status).toBe(304);
    const turned = await project.send('GET', between(slow, fast), { headers: { 'If-None-Match': etag } });
    expect(turned.status).toBe(200);
  });
});
