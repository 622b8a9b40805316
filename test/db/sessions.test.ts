import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { requestCancel } from '../../src/db/experiments-cancel.ts';
import { finishJob } from '../../src/db/job-finish.ts';
import { heartbeat, startJob } from '../../src/db/job-run.ts';
import { expire } from '../../src/db/expiry.ts';
import { deleteRunner, getRunner, listRunners } from '../../src/db/runners.ts';
import { runners } from '../../src/db/schema/runners.ts';
import { MAX_RUNNERS } from '../../src/db/sessions.ts';
import { OFFERS } from '../fixtures/offers.ts';
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
  queueExperiment,
  startedJob,
} from './world.ts';

const database = useDatabase();

test('A newer session of the same host is the same runner, and supersedes the older one', async () => {
  const { db } = database;
  const project = await newProject(db);
  const old = await openRunner(db, project);
  const now = await openRunner(db, project, { host_id: old.host_id });
  expect(now.runner_id).toBe(old.runner_id);
  expect(await claim(db, old)).toEqual({ kind: 'superseded' });
  expect(await claim(db, now)).toEqual({ kind: 'none' });
  expect(await listRunners(db, project)).toHaveLength(1);
});

test('The same host in two projects is two runners', async () => {
  const { db } = database;
  const first = await openRunner(db, await newProject(db));
  const second = await openRunner(db, await newProject(db), { host_id: first.host_id });
  const shared = await openRunner(db, null, { host_id: first.host_id });
  expect(new Set([first.runner_id, second.runner_id, shared.runner_id]).size).toBe(3);
  expect((await openRunner(db, null, { host_id: first.host_id })).runner_id).toBe(shared.runner_id);
});

test('A newer session takes over the live job at once, in the same generation and under a new lease', async () => {
  const { db } = database;
  const { project_id, experiment, runner, job, lease } = await startedJob(db);
  const cell = experiment.schedule[0]!.cells[0]!;
  await put(db, lease, cell, 1);
  const now = await openRunner(db, project_id, { host_id: runner.host_id });
  expect(await heartbeat(db, { ...lease, progress: progress() })).toBe('lease-lost');
  const taken = await claimed(db, now, 'claim-key-2');
  expect(taken).toMatchObject({ job_id: job.job_id, attempt: 2, generation: 1, done_trials: [{ cell, block: 1 }] });
  expect(taken.lease_id).not.toBe(lease.lease_id);
  expect(await startJob(db, taken)).toBe('running');
  expect((await claimed(db, now, 'claim-key-2')).lease_id).toBe(taken.lease_id);
  expect(await claim(db, now, 'claim-key-3')).toEqual({ kind: 'busy', job_id: job.job_id });
  expect((await experimentOf(db, experiment.id)).trials_done).toBe(1);
});

test('A job that was taken over but never claimed returns to the queue when the lease is over', async () => {
  const { db } = database;
  const { project_id, experiment, runner, lease } = await startedJob(db);
  await put(db, lease, experiment.schedule[0]!.cells[0]!, 1);
  await openRunner(db, project_id, { host_id: runner.host_id });
  await pass(db, 91);
  await expire(db);
  expect((await jobOf(db, lease.job_id)).state).toBe('queued');
});

test('A cancel that is pending outlives the takeover', async () => {
  const { db } = database;
  const { project_id, experiment, runner } = await startedJob(db);
  await requestCancel(db, project_id, experiment.id);
  const now = await openRunner(db, project_id, { host_id: runner.host_id });
  const answer = await claim(db, now);
  if (answer.kind !== 'job') throw new Error(`expected a job, got ${answer.kind}`);
  expect(answer.status).toBe('canceling');
  expect(await startJob(db, answer.job)).toBe('canceling');
  expect(await finishJob(db, { ...answer.job, outcome: 'canceled', reason: null })).toMatchObject({
    status: 'canceled',
  });
});

test('A runner that restarts again and again without a new trial loses the job: runner-lost', async () => {
  const { db } = database;
  const { project_id, experiment, runner } = await startedJob(db);
  const second = await openRunner(db, project_id, { host_id: runner.host_id });
  expect((await claimed(db, second)).attempt).toBe(2);
  const third = await openRunner(db, project_id, { host_id: runner.host_id });
  expect(await claim(db, third)).toEqual({ kind: 'none' });
  expect(await experimentOf(db, experiment.id)).toMatchObject({ status: 'failed', reason: 'runner-lost' });
});

test('A session says anew what the runner offers and which labels it has', async () => {
  const { db } = database;
  const project = await newProject(db);
  const first = await openRunner(db, project, { labels: { a: '1' } });
  await openRunner(db, project, { host_id: first.host_id, labels: { b: '2' }, targets: [OFFERS[0]!] });
  const runner = await getRunner(db, project, first.runner_id);
  expect(runner).toMatchObject({ labels: { b: '2' }, targets: [OFFERS[0]!.target], busy: false, job_id: null });
  expect(runner).not.toHaveProperty('session_id');
});

test('A runner shows the job that it holds, but not the job of another project', async () => {
  const { db } = database;
  const { project_id, experiment, runner, job } = await startedJob(db);
  const held = { job_id: job.job_id, experiment_id: experiment.id, busy: true };
  expect(await getRunner(db, project_id, runner.runner_id)).toMatchObject(held);
  const targets = [{ ...OFFERS[0]!, target: 'only-shared' }];
  const shared = await openRunner(db, null, { targets });
  await queueExperiment(db, project_id, { needs: ['only-shared/uvicorn'] });
  await claimed(db, shared);
  expect(await getRunner(db, await newProject(db), shared.runner_id)).toMatchObject({
    busy: true,
    job_id: null,
    experiment_id: null,
  });
});

test('A runner is deleted by its own project only, and not while it holds a job', async () => {
  const { db } = database;
  const { project_id, runner, lease } = await startedJob(db);
  expect(await deleteRunner(db, await newProject(db), runner.runner_id)).toBe('not-found');
  expect(await deleteRunner(db, project_id, runner.runner_id)).toBe('busy');
  await pass(db, 91);
  await expire(db);
  expect(await deleteRunner(db, project_id, runner.runner_id)).toBe('deleted');
  expect(await getRunner(db, project_id, runner.runner_id)).toBeNull();
  expect(await heartbeat(db, { ...lease, progress: progress() })).toBe('lease-lost');
  const shared = await openRunner(db, null);
  expect(await deleteRunner(db, project_id, shared.runner_id)).toBe('not-found');
});

test('A project has as many runners as it may have, also when two come at once; those that it has come back', async () => {
  const { db } = database;
  const project = await newProject(db);
  const first = await openRunner(db, project);
  // As so many more sessions would have left them.
  const [row] = await db.select().from(runners).where(eq(runners.id, first.runner_id));
  const more = Array.from({ length: MAX_RUNNERS - 2 }, (_, i) => ({
    ...row!,
    id: `${first.runner_id}-${i}`,
    host_id: `${first.host_id}-${i}`,
    session_id: `${first.session_id}-${i}`,
  }));
  await db.insert(runners).values(more);
  const came = await Promise.allSettled([openRunner(db, project), openRunner(db, project)]);
  expect(came.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  const own = (await listRunners(db, project)).filter(({ project_id }) => project_id === project);
  expect(own).toHaveLength(MAX_RUNNERS);
  await expect(openRunner(db, project)).rejects.toMatchObject({ code: 'quota-exceeded' });
  expect((await openRunner(db, project, { host_id: first.host_id })).runner_id).toBe(first.runner_id);
  await deleteRunner(db, project, first.runner_id);
  await openRunner(db, project);
  await openRunner(db, await newProject(db));
});
