import { eq, sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import type { Db } from '../../src/db/client.ts';
import { requestCancel } from '../../src/db/experiments-cancel.ts';
import { listExperiments } from '../../src/db/experiments-list.ts';
import { deleteExperiment, getExperiment } from '../../src/db/experiments.ts';
import { finishJob } from '../../src/db/job-finish.ts';
import { limitProject } from '../../src/db/projects.ts';
import { prune } from '../../src/db/prune.ts';
import { experiments } from '../../src/db/schema/experiments.ts';
import { pinBaseline, unpinBaseline } from '../../src/db/series-baseline.ts';
import { getSeries, listSeries, setMainBranch } from '../../src/db/series.ts';
import { useDatabase } from './database.ts';
import { newProject, putAll, queueExperiment, startedJob } from './world.ts';

const database = useDatabase();

/** An experiment of the series `api` that has succeeded. */
async function succeeded(db: Db, spec: Record<string, unknown> = {}) {
  const { project_id, experiment, lease } = await startedJob(db, { spec: { series: 'api', ...spec } });
  await putAll(db, lease, experiment);
  await finishJob(db, { ...lease, outcome: 'succeeded', reason: null });
  return { project_id, id: experiment.id };
}

const pin = (db: Db, { project_id, id }: { project_id: string; id: string }, series = 'api') =>
  pinBaseline(db, project_id, { series, experiment_id: id });

test('An experiment keeps the series of its spec, and a list is narrowed by it', async () => {
  const { db } = database;
  const project = await newProject(db);
  const api = await queueExperiment(db, project, { spec: { series: 'api' } });
  const web = await queueExperiment(db, project, { spec: { series: 'web' } });
  const none = await queueExperiment(db, project);
  expect([api.series, web.series, none.series]).toEqual(['api', 'web', null]);
  expect([none.verdict, none.origin]).toEqual([null, null]);
  const listed = await listExperiments(db, project, { limit: 10, series: 'api' });
  expect(listed.experiments).toMatchObject([{ id: api.id, series: 'api', verdict: null }]);
  expect((await listExperiments(db, project, { limit: 10, series: 'api', status: 'running' })).experiments).toEqual([]);
});

test('A series is there with its first experiment or with what is set for it, each project’s for itself', async () => {
  const { db } = database;
  const [mine, other] = [await newProject(db), await newProject(db)];
  expect(await getSeries(db, mine, 'api')).toBeNull();
  await queueExperiment(db, mine, { spec: { series: 'api' } });
  const defaults = { name: 'api', main_branch: 'main', baseline_experiment_id: null, baseline_set_at: null };
  expect(await getSeries(db, mine, 'api')).toEqual(defaults);
  expect(await getSeries(db, other, 'api')).toBeNull();
  expect(await setMainBranch(db, mine, { name: 'api', main_branch: 'trunk' })).toMatchObject({ main_branch: 'trunk' });
  expect(await setMainBranch(db, other, { name: 'api', main_branch: 'dev' })).toMatchObject({ main_branch: 'dev' });
  expect(await getSeries(db, mine, 'api')).toEqual({ ...defaults, main_branch: 'trunk' });
});

test('A list has each series once, by name, whether experiments are of it or something is set for it', async () => {
  const { db } = database;
  const [mine, other] = [await newProject(db), await newProject(db)];
  for (const series of ['b', 'a', 'b', 'd']) await queueExperiment(db, mine, { spec: { series } });
  await queueExperiment(db, mine);
  await setMainBranch(db, mine, { name: 'c', main_branch: 'trunk' });
  await setMainBranch(db, mine, { name: 'b', main_branch: 'dev' });
  await setMainBranch(db, other, { name: 'z', main_branch: 'dev' });
  const first = await listSeries(db, mine, { after: null, limit: 3 });
  expect(first.series.map(({ name, main_branch }) => [name, main_branch])).toEqual([
    ['a', 'main'],
    ['b', 'dev'],
    ['c', 'trunk'],
  ]);
  expect(first.next).toBe('c');
  const rest = await listSeries(db, mine, { after: first.next, limit: 3 });
  expect(rest).toMatchObject({ series: [{ name: 'd', baseline_experiment_id: null }], next: null });
  expect((await listSeries(db, mine, { after: null, limit: 4 })).next).toBeNull();
});

test('A baseline is pinned, replaced and taken away, and the main branch stays as it was set', async () => {
  const { db } = database;
  const first = await succeeded(db);
  await setMainBranch(db, first.project_id, { name: 'api', main_branch: 'trunk' });
  const answer = await pin(db, first);
  expect(answer).toMatchObject({ kind: 'pinned', series: { main_branch: 'trunk', baseline_experiment_id: first.id } });
  expect((await getSeries(db, first.project_id, 'api'))?.baseline_set_at).toBeInstanceOf(Date);
  await unpinBaseline(db, first.project_id, 'api');
  expect(await getSeries(db, first.project_id, 'api')).toMatchObject({
    main_branch: 'trunk',
    baseline_experiment_id: null,
    baseline_set_at: null,
  });
});

test('Only an experiment of that series and project that has succeeded and was judged is pinned', async () => {
  const { db } = database;
  const good = await succeeded(db);
  expect(await pin(db, good, 'web')).toEqual({ kind: 'other-series', series: 'api' });
  expect(await pin(db, { ...good, project_id: await newProject(db) })).toEqual({ kind: 'not-found' });
  expect(await pin(db, { ...good, id: 'exp_gone' })).toEqual({ kind: 'not-found' });
  const queued = await queueExperiment(db, good.project_id, { spec: { series: 'api' } });
  expect(await pin(db, queued)).toEqual({ kind: 'not-ended', status: 'queued' });
  await requestCancel(db, good.project_id, queued.id);
  expect(await pin(db, queued)).toEqual({ kind: 'not-succeeded', status: 'canceled' });
  const gated = await succeeded(db, { thresholds: [{ id: 'T1', cells: {}, expect: ['error_rate == 0'] }] });
  expect(await pin(db, gated)).toEqual({ kind: 'not-ended', status: 'succeeded' });
  for (const { project_id } of [good, gated]) {
    expect((await getSeries(db, project_id, 'api'))?.baseline_experiment_id).toBeNull();
  }
});

test('A pinned baseline is not deleted until it is pinned no longer', async () => {
  const { db } = database;
  const baseline = await succeeded(db);
  await pin(db, baseline);
  expect(await deleteExperiment(db, baseline.project_id, baseline.id)).toBe('pinned');
  await unpinBaseline(db, baseline.project_id, 'api');
  expect(await deleteExperiment(db, baseline.project_id, baseline.id)).toBe('deleted');
});

test('Retention leaves a pinned baseline alone, and takes the others of its project', async () => {
  const { db } = database;
  const pinned = await succeeded(db);
  await pin(db, pinned);
  const other = await queueExperiment(db, pinned.project_id, { spec: { series: 'api' } });
  await requestCancel(db, pinned.project_id, other.id);
  await db
    .update(experiments)
    .set({ ended_at: sql`now() - interval '9 days'` })
    .where(eq(experiments.project_id, pinned.project_id));
  await limitProject(db, pinned.project_id, { retention_days: 1 });
  expect(await prune(db)).toMatchObject({ experiments: 1, more: false });
  expect(await getExperiment(db, pinned.project_id, other.id)).toBeNull();
  expect(await getExperiment(db, pinned.project_id, pinned.id)).not.toBeNull();
  await unpinBaseline(db, pinned.project_id, 'api');
  expect(await prune(db)).toMatchObject({ experiments: 1 });
});
