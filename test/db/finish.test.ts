import { expect, test } from 'vitest';
import { requestCancel } from '../../src/db/experiments-cancel.ts';
import { listEvents } from '../../src/db/events.ts';
import { finishJob } from '../../src/db/job-finish.ts';
import { heartbeat, releaseJob, startJob } from '../../src/db/job-run.ts';
import { countValidity, getResults, getResultsDigest, storeResults } from '../../src/db/results.ts';
import { expire } from '../../src/db/expiry.ts';
import { useDatabase } from './database.ts';
import {
  claim,
  claimed,
  experimentOf,
  jobOf,
  newProject,
  openRunner,
  pass,
  progress,
  put,
  putAll,
  queueExperiment,
  sha256,
  startedJob,
} from './world.ts';

const database = useDatabase();

test('A job whose trials are all stored succeeds, and its experiment with it', async () => {
  const { db } = database;
  const { project_id, experiment, lease } = await startedJob(db);
  await putAll(db, lease, experiment);
  await heartbeat(db, { ...lease, progress: progress() });
  const answer = await finishJob(db, { ...lease, outcome: 'succeeded', reason: null });
  const ends = { project_id, experiment_id: experiment.id, status: 'succeeded', reason: null };
  expect(answer).toEqual({ kind: 'finished', ...ends });
  const row = await experimentOf(db, experiment.id);
  expect(row).toMatchObject({ status: 'succeeded', reason: null, progress: null });
  expect(row.ended_at).toBeInstanceOf(Date);
  expect(await jobOf(db, lease.job_id)).toMatchObject({ state: 'succeeded', lease_expires_at: null });
  const events = await listEvents(db, project_id, experiment.id, { after: 0, limit: 100 });
  expect(events?.at(-1)?.type).toBe('succeeded');
});

test('A finish that is repeated gets the same answer and changes nothing', async () => {
  const { db } = database;
  const { experiment, lease } = await startedJob(db);
  await putAll(db, lease, experiment);
  const first = await finishJob(db, { ...lease, outcome: 'succeeded', reason: null });
  const before = await experimentOf(db, experiment.id);
  expect(await finishJob(db, { ...lease, outcome: 'succeeded', reason: null })).toEqual(first);
  expect(await experimentOf(db, experiment.id)).toEqual(before);
});

test('Success with missing trials is refused with the list of them; a rerun alone does not count', async () => {
  const { db } = database;
  const { experiment, lease } = await startedJob(db);
  const [one, two] = experiment.schedule;
  await put(db, lease, one!.cells[0]!, 1);
  await put(db, lease, two!.cells[0]!, 2, { run: 2 });
  expect(await finishJob(db, { ...lease, outcome: 'succeeded', reason: null })).toEqual({
    kind: 'trials-missing',
    missing: [
      { cell: one!.cells[1], block: 1 },
      { cell: two!.cells[0], block: 2 },
      { cell: two!.cells[1], block: 2 },
    ],
    job_status: 'running',
  });
  expect((await jobOf(db, lease.job_id)).state).toBe('running');
});

test('One trial that is ok makes a success, none at all a failure: no-ok-trial', async () => {
  const { db } = database;
  const good = await startedJob(db);
  await put(db, good.lease, good.experiment.schedule[0]!.cells[0]!, 1, { body: 'ok' });
  await putAll(db, good.lease, good.experiment, { state: 'error', body: 'error' });
  expect(await finishJob(db, { ...good.lease, outcome: 'succeeded', reason: null })).toMatchObject({
    status: 'succeeded',
  });
  const bad = await startedJob(db);
  await putAll(db, bad.lease, bad.experiment, { state: 'error' });
  const answer = await finishJob(db, { ...bad.lease, outcome: 'succeeded', reason: null });
  expect(answer).toMatchObject({ kind: 'finished', status: 'failed', reason: 'no-ok-trial' });
  expect(await finishJob(db, { ...bad.lease, outcome: 'succeeded', reason: null })).toEqual(answer);
});

test('A failed or canceled finish does not ask for trials', async () => {
  const { db } = database;
  const failed = await startedJob(db);
  expect(await finishJob(db, { ...failed.lease, outcome: 'failed', reason: 'fail-fast' })).toMatchObject({
    status: 'failed',
    reason: 'fail-fast',
  });
  const canceled = await startedJob(db);
  expect(await finishJob(db, { ...canceled.lease, outcome: 'canceled', reason: null })).toMatchObject({
    status: 'canceled',
    reason: 'canceled',
  });
});

test.each([null, 'canceled' as const])('A failure must say why: %s is no reason', async (reason) => {
  const { db } = database;
  const { lease } = await startedJob(db);
  await expect(finishJob(db, { ...lease, outcome: 'failed', reason })).rejects.toMatchObject({
    code: 'invalid-request',
    problems: [{ pointer: '/reason' }],
  });
});

test.each(['failed', 'succeeded'] as const)(
  'What a user has canceled ends as canceled, not as the failure that a runner finishes with: %s without a trial that is ok',
  async (outcome) => {
    const { db } = database;
    const { project_id, experiment, lease } = await startedJob(db);
    await putAll(db, lease, experiment, { state: 'error' });
    await requestCancel(db, project_id, experiment.id);
    const finish = { ...lease, outcome, reason: outcome === 'failed' ? ('fail-fast' as const) : null };
    const answer = await finishJob(db, finish);
    expect(answer).toMatchObject({ kind: 'finished', status: 'canceled', reason: 'canceled' });
    expect(await experimentOf(db, experiment.id)).toMatchObject({ status: 'canceled', reason: 'canceled' });
    expect(await finishJob(db, finish)).toEqual(answer);
  },
);

test('Success with missing trials is refused under a pending cancel too, which the answer tells of', async () => {
  const { db } = database;
  const { project_id, experiment, lease } = await startedJob(db);
  await requestCancel(db, project_id, experiment.id);
  const answer = await finishJob(db, { ...lease, outcome: 'succeeded', reason: null });
  expect(answer).toMatchObject({ kind: 'trials-missing', job_status: 'canceling' });
});

test('An ended job takes no other end, trial or heartbeat', async () => {
  const { db } = database;
  const { experiment, lease } = await startedJob(db);
  await finishJob(db, { ...lease, outcome: 'failed', reason: 'fail-fast' });
  expect(await finishJob(db, { ...lease, outcome: 'canceled', reason: null })).toEqual({ kind: 'job-gone' });
  expect((await put(db, lease, experiment.schedule[0]!.cells[0]!, 1)).kind).toBe('job-gone');
  expect(await heartbeat(db, { ...lease, progress: progress() })).toBe('job-gone');
  expect(await releaseJob(db, lease)).toBe('job-gone');
});

test('Canceling what waits ends it at once', async () => {
  const { db } = database;
  const project = await newProject(db);
  const experiment = await queueExperiment(db, project);
  expect(await requestCancel(db, project, experiment.id)).toBe('canceled');
  const row = await experimentOf(db, experiment.id);
  expect(row).toMatchObject({ status: 'canceled', reason: 'canceled', started_at: null });
  expect(row.cancel_requested_at).toBeInstanceOf(Date);
  expect(await requestCancel(db, project, experiment.id)).toBe('ended');
  expect(await claim(db, await openRunner(db, project))).toEqual({ kind: 'none' });
});

test('Canceling what runs asks its runner, whose next beat hears of it', async () => {
  const { db } = database;
  const { project_id, experiment, lease } = await startedJob(db);
  expect(await requestCancel(db, project_id, experiment.id)).toBe('canceling');
  const asked = await experimentOf(db, experiment.id);
  expect(asked.status).toBe('running');
  expect(await requestCancel(db, project_id, experiment.id)).toBe('canceling');
  expect(await experimentOf(db, experiment.id)).toEqual(asked);
  expect(await heartbeat(db, { ...lease, progress: progress() })).toBe('canceling');
  expect((await put(db, lease, experiment.schedule[0]!.cells[0]!, 1)).status).toBe('canceling');
  expect(await finishJob(db, { ...lease, outcome: 'canceled', reason: null })).toMatchObject({ status: 'canceled' });
});

test('A claim that is canceled before its start hears of it at the start', async () => {
  const { db } = database;
  const project = await newProject(db);
  const experiment = await queueExperiment(db, project);
  const job = await claimed(db, await openRunner(db, project));
  expect(await requestCancel(db, project, experiment.id)).toBe('canceling');
  expect(await startJob(db, job)).toBe('canceling');
  expect(await finishJob(db, { ...job, outcome: 'canceled', reason: null })).toMatchObject({ status: 'canceled' });
});

test('A success with every trial wins over a pending cancel', async () => {
  const { db } = database;
  const { project_id, experiment, lease } = await startedJob(db);
  await putAll(db, lease, experiment);
  await requestCancel(db, project_id, experiment.id);
  expect(await finishJob(db, { ...lease, outcome: 'succeeded', reason: null })).toMatchObject({ status: 'succeeded' });
  expect((await experimentOf(db, experiment.id)).cancel_requested_at).toBeInstanceOf(Date);
});

test('A job whose lease expires, or that is released, while canceling is canceled', async () => {
  const { db } = database;
  const silent = await startedJob(db);
  await requestCancel(db, silent.project_id, silent.experiment.id);
  await pass(db, 91);
  await expire(db);
  expect(await experimentOf(db, silent.experiment.id)).toMatchObject({ status: 'canceled', reason: 'canceled' });
  const drained = await startedJob(db);
  await requestCancel(db, drained.project_id, drained.experiment.id);
  expect(await releaseJob(db, drained.lease)).toBe('released');
  expect(await experimentOf(db, drained.experiment.id)).toMatchObject({ status: 'canceled', reason: 'canceled' });
});

test("Another project's experiment cannot be canceled", async () => {
  const { db } = database;
  const { experiment } = await startedJob(db);
  expect(await requestCancel(db, await newProject(db), experiment.id)).toBe('not-found');
  expect((await experimentOf(db, experiment.id)).cancel_requested_at).toBeNull();
});

test('Results are kept once for each version of the summariser, only of an ended experiment, as the text that they are', async () => {
  const { db } = database;
  const { experiment, lease } = await startedJob(db);
  const stored = (text: string) => ({ text, digest: sha256(text) });
  const [first, second, third] = [stored('{ "zz":1.50,\n"a":[2] }'), stored('{"n":2}'), stored('{"n":3}')];
  expect(await storeResults(db, experiment.id, { ...first, version: 1 })).toBe(false);
  expect(await getResults(db, experiment.id, 1)).toBeNull();
  await finishJob(db, { ...lease, outcome: 'canceled', reason: null });
  const { version } = await experimentOf(db, experiment.id);
  expect(await storeResults(db, experiment.id, { ...first, version: 1 })).toBe(true);
  expect(await storeResults(db, experiment.id, { ...second, version: 1 })).toBe(false);
  expect(await getResults(db, experiment.id, 1)).toEqual(first);
  expect(await getResults(db, experiment.id, 2)).toBeNull();
  expect(await getResultsDigest(db, experiment.id, 2)).toBeNull();
  expect(await storeResults(db, experiment.id, { ...third, version: 2 })).toBe(true);
  expect(await storeResults(db, experiment.id, { ...first, version: 1 })).toBe(false);
  // A service of the version before, which still runs beside the new one, takes the newer results.
  expect(await getResults(db, experiment.id, 1)).toEqual(third);
  expect(await getResultsDigest(db, experiment.id, 2)).toBe(third.digest);
  expect((await experimentOf(db, experiment.id)).version).toBe(version);
});

test('Cells of stored results are counted by their validity', async () => {
  const { db } = database;
  const { experiment, lease } = await startedJob(db);
  expect(await countValidity(db, experiment.id)).toEqual([]);
  await finishJob(db, { ...lease, outcome: 'canceled', reason: null });
  const text = JSON.stringify({ cells: ['valid', 'valid', 'suspect', null].map((validity) => ({ validity })) });
  await storeResults(db, experiment.id, { text, digest: sha256(text), version: 1 });
  const counts = new Map((await countValidity(db, experiment.id)).map(({ validity, cells }) => [validity, cells]));
  expect(counts).toEqual(
    new Map([
      ['valid', 2],
      ['suspect', 1],
      [null, 1],
    ] as const),
  );
});
