import { expect, test } from 'vitest';
import { listEvents } from '../../src/db/events.ts';
import { requestCancel } from '../../src/db/experiments-cancel.ts';
import { type ExperimentCursor, listExperiments } from '../../src/db/experiments-list.ts';
import { getShared, revokeShare, shareExperiment } from '../../src/db/experiments-share.ts';
import { deleteExperiment, getExperiment, getOriginal } from '../../src/db/experiments.ts';
import { finishJob } from '../../src/db/job-finish.ts';
import { trials } from '../../src/db/schema/trials.ts';
import { events } from '../../src/db/schema/events.ts';
import { jobs } from '../../src/db/schema/jobs.ts';
import { useDatabase } from './database.ts';
import { experimentOf, newProject, putAll, queueExperiment, startedJob } from './world.ts';

const database = useDatabase();

test('A new experiment is queued, at version 1, with its spec as sent and as normalised', async () => {
  const { db } = database;
  const project = await newProject(db);
  const { job_id: _job, ...created } = await queueExperiment(db, project, { labels: { branch: 'main' } });
  expect(created).toMatchObject({
    status: 'queued',
    reason: null,
    version: 1,
    cells_count: 2,
    trials_planned: 4,
    trials_done: 0,
    started_at: null,
    ended_at: null,
    cancel_requested_at: null,
    host: null,
    targets: [],
    progress: null,
    shared: false,
    labels: { branch: 'main' },
  });
  expect(await getExperiment(db, project, created.id)).toEqual(created);
  expect(Object.keys(created.spec)).toEqual(Object.keys((await getExperiment(db, project, created.id))?.spec ?? {}));
  expect(await getOriginal(db, project, created.id)).toEqual({
    text: 'name: Small # as sent',
    media_type: 'application/yaml',
  });
});

test('Nothing of an experiment is visible to another project', async () => {
  const { db } = database;
  const [mine, other] = [await newProject(db), await newProject(db)];
  const { id } = await queueExperiment(db, mine);
  await requestCancel(db, mine, id);
  expect(await getExperiment(db, other, id)).toBeNull();
  expect(await getOriginal(db, other, id)).toBeNull();
  expect(await listEvents(db, other, id, { after: 0, limit: 10 })).toBeNull();
  expect((await listExperiments(db, other, { limit: 10 })).experiments).toEqual([]);
  expect(await shareExperiment(db, other, id)).toBeNull();
  expect(await revokeShare(db, other, id)).toBe(false);
  expect(await deleteExperiment(db, other, id)).toBe('not-found');
  expect(await getExperiment(db, mine, id)).not.toBeNull();
});

test('A list is newest first, and its pages hold each experiment once', async () => {
  const { db } = database;
  const project = await newProject(db);
  const made: string[] = [];
  for (let n = 0; n < 7; n += 1) made.push((await queueExperiment(db, project)).id);
  const listed: string[] = [];
  let cursor: ExperimentCursor | null = null;
  do {
    const page: Awaited<ReturnType<typeof listExperiments>> = await listExperiments(db, project, {
      limit: 3,
      ...(cursor && { cursor }),
    });
    expect(page.experiments.length).toBeLessThanOrEqual(3);
    listed.push(...page.experiments.map((experiment) => experiment.id));
    cursor = page.next;
  } while (cursor);
  expect(listed.toSorted()).toEqual(made.toSorted());
  const times = await Promise.all(listed.map(async (id) => (await experimentOf(db, id)).created_at.getTime()));
  expect(times).toEqual(times.toSorted((a, b) => b - a));
});

test('A page that is exactly the rest has no next page', async () => {
  const { db } = database;
  const project = await newProject(db);
  for (let n = 0; n < 2; n += 1) await queueExperiment(db, project);
  expect((await listExperiments(db, project, { limit: 2 })).next).toBeNull();
});

test('A list is narrowed by status and by labels, all of which must fit', async () => {
  const { db } = database;
  const project = await newProject(db);
  const main = await queueExperiment(db, project, { labels: { branch: 'main', commit: 'a' } });
  const dev = await queueExperiment(db, project, { labels: { branch: 'dev' } });
  await requestCancel(db, project, dev.id);
  const ids = async (filter: Omit<Parameters<typeof listExperiments>[2], 'limit'>) =>
    (await listExperiments(db, project, { limit: 10, ...filter })).experiments.map((experiment) => experiment.id);
  expect(await ids({ status: 'canceled' })).toEqual([dev.id]);
  expect(await ids({ label: { branch: 'main' } })).toEqual([main.id]);
  expect(await ids({ label: { branch: 'main', commit: 'b' } })).toEqual([]);
  expect(await ids({ status: 'queued', label: { branch: 'dev' } })).toEqual([]);
});

test('Only what has ended is deleted, with job, trials and events', async () => {
  const { db } = database;
  const { project_id, experiment, lease } = await startedJob(db);
  await putAll(db, lease, experiment);
  expect(await deleteExperiment(db, project_id, experiment.id)).toBe('not-ended');
  await finishJob(db, { ...lease, outcome: 'succeeded', reason: null });
  expect(await deleteExperiment(db, project_id, experiment.id)).toBe('deleted');
  expect(await deleteExperiment(db, project_id, experiment.id)).toBe('not-found');
  for (const table of [trials, events, jobs]) {
    const left = await db.select({ id: table.experiment_id }).from(table);
    expect(left.map((row) => row.id)).not.toContain(experiment.id);
  }
});

test('Events after a number come oldest first, as many as asked for', async () => {
  const { db } = database;
  const { project_id, experiment, lease } = await startedJob(db);
  await putAll(db, lease, experiment);
  const page = await listEvents(db, project_id, experiment.id, { after: 3, limit: 2 });
  expect(page?.map((event) => event.seq)).toEqual([4, 5]);
  expect(page?.[0]).toMatchObject({
    type: 'trial-stored',
    data: { cell: experiment.schedule[0]!.cells[0], block: 1, run: 1, state: 'ok' },
  });
  expect(await listEvents(db, project_id, experiment.id, { after: 100, limit: 2 })).toEqual([]);
});

test('There is no link until it is asked for; asking again gives the same one; revoked ones stay dead', async () => {
  const { db } = database;
  const project = await newProject(db);
  const { id } = await queueExperiment(db, project);
  expect(await getShared(db, id, 0)).toBeNull();
  expect(await shareExperiment(db, project, id)).toBe(1);
  expect(await shareExperiment(db, project, id)).toBe(1);
  expect((await getShared(db, id, 1))?.id).toBe(id);
  expect(await revokeShare(db, project, id)).toBe(true);
  expect(await getShared(db, id, 1)).toBeNull();
  expect(await shareExperiment(db, project, id)).toBe(2);
  expect(await getShared(db, id, 1)).toBeNull();
  expect((await getShared(db, id, 2))?.share_version).toBe(2);
});

test('Reading, and asking for what is so already, does not raise the version', async () => {
  const { db } = database;
  const project = await newProject(db);
  const { id } = await queueExperiment(db, project);
  await shareExperiment(db, project, id);
  const { version } = await experimentOf(db, id);
  await shareExperiment(db, project, id);
  await getExperiment(db, project, id);
  await listEvents(db, project, id, { after: 0, limit: 10 });
  expect((await experimentOf(db, id)).version).toBe(version);
  await revokeShare(db, project, id);
  await revokeShare(db, project, id);
  expect((await experimentOf(db, id)).version).toBe(version + 1);
});
