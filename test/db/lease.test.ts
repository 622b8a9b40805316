import { expect, test } from 'vitest';
import { listEvents } from '../../src/db/events.ts';
import { getExperiment } from '../../src/db/experiments.ts';
import { expire } from '../../src/db/expiry.ts';
import { heartbeat, releaseJob, startJob } from '../../src/db/job-run.ts';
import { listTrialKeys } from '../../src/db/job-trial.ts';
import { finishJob } from '../../src/db/job-finish.ts';
import { HOST_FINGERPRINT } from '../fixtures/trial-result.ts';
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
  secondsUntil,
  startedJob,
} from './world.ts';

const database = useDatabase();

test('A start makes job and experiment running, sets the deadline, and keeps host and targets', async () => {
  const { db } = database;
  const { project_id, experiment, job } = await startedJob(db, { timeout_s: 600 });
  const row = await getExperiment(db, project_id, experiment.id);
  expect(row).toMatchObject({ status: 'running', host: { fingerprint: HOST_FINGERPRINT } });
  expect(row?.targets.map((offer) => offer.target)).toEqual(['fastapi', 'django']);
  expect((await jobOf(db, job.job_id)).state).toBe('running');
  expect(await secondsUntil(db, job.job_id, 'deadline_at')).toBeGreaterThan(595);
  expect(await secondsUntil(db, job.job_id, 'lease_expires_at')).toBeGreaterThan(85);
});

test('A start that is repeated changes nothing', async () => {
  const { db } = database;
  const { experiment, lease } = await startedJob(db);
  const before = await experimentOf(db, experiment.id);
  expect(await startJob(db, lease)).toBe('running');
  expect(await experimentOf(db, experiment.id)).toEqual(before);
});

test('A heartbeat extends the lease by 90 s', async () => {
  const { db } = database;
  const { lease } = await startedJob(db);
  await pass(db, 80);
  expect(await heartbeat(db, { ...lease, progress: progress() })).toBe('running');
  expect(await secondsUntil(db, lease.job_id, 'lease_expires_at')).toBeGreaterThan(85);
});

test('A heartbeat never extends the lease past the deadline', async () => {
  const { db } = database;
  const { lease } = await startedJob(db, { timeout_s: 100 });
  await pass(db, 60);
  await heartbeat(db, { ...lease, progress: progress() });
  expect(await secondsUntil(db, lease.job_id, 'lease_expires_at')).toBeLessThanOrEqual(40);
});

test('A heartbeat before the start does not keep an unstarted claim alive', async () => {
  const { db } = database;
  const project = await newProject(db);
  const experiment = await queueExperiment(db, project);
  const job = await claimed(db, await openRunner(db, project));
  await pass(db, 20);
  expect(await heartbeat(db, { ...job, progress: progress() })).toBe('running');
  expect(await secondsUntil(db, job.job_id, 'lease_expires_at')).toBeLessThanOrEqual(10);
  expect((await experimentOf(db, experiment.id)).progress).toBeNull();
});

test('Progress that has changed raises the version; the same progress again does not', async () => {
  const { db } = database;
  const { experiment, lease } = await startedJob(db);
  const version = async () => (await experimentOf(db, experiment.id)).version;
  const before = await version();
  await heartbeat(db, { ...lease, progress: progress({ cell: 'fastapi.w1.c16' }) });
  expect(await version()).toBe(before + 1);
  await heartbeat(db, { ...lease, progress: progress({ cell: 'fastapi.w1.c16' }) });
  expect(await version()).toBe(before + 1);
  await heartbeat(db, { ...lease, progress: progress({ cell: 'django.w1.c16' }) });
  expect(await version()).toBe(before + 2);
});

test('Under the lease of an earlier claim every write is refused as lease-lost, and changes nothing', async () => {
  const { db } = database;
  const { project_id, experiment, lease } = await startedJob(db);
  await pass(db, 91);
  await claimed(db, await openRunner(db, project_id));
  const before = [await jobOf(db, lease.job_id), await experimentOf(db, experiment.id)];
  const cell = experiment.schedule[0]!.cells[0]!;
  expect(await startJob(db, lease)).toBe('lease-lost');
  expect(await heartbeat(db, { ...lease, progress: progress() })).toBe('lease-lost');
  expect(await put(db, lease, cell, 1)).toEqual({ kind: 'lease-lost', status: 'lost', trial_id: null });
  expect(await listTrialKeys(db, lease)).toEqual({ kind: 'lease-lost' });
  expect(await finishJob(db, { ...lease, outcome: 'canceled', reason: null })).toEqual({ kind: 'lease-lost' });
  expect(await releaseJob(db, lease)).toBe('lease-lost');
  expect([await jobOf(db, lease.job_id), await experimentOf(db, experiment.id)]).toEqual(before);
});

test('Of a job that is no more every write is refused as job-gone', async () => {
  const { db } = database;
  const lease = { job_id: 'job_none', lease_id: 'lea_none' };
  expect(await startJob(db, lease)).toBe('job-gone');
  expect(await heartbeat(db, { ...lease, progress: progress() })).toBe('job-gone');
  expect((await put(db, lease, 'fastapi.w1.c16', 1)).kind).toBe('job-gone');
  expect(await finishJob(db, { ...lease, outcome: 'canceled', reason: null })).toEqual({ kind: 'job-gone' });
  expect(await releaseJob(db, lease)).toBe('job-gone');
});

test.each(['heartbeat', 'put', 'finish'] as const)(
  'A lease that lapsed while nobody else claimed the job is revived by a %s',
  async (write) => {
    const { db } = database;
    const { project_id, experiment, lease } = await startedJob(db);
    const cell = experiment.schedule[0]!.cells[0]!;
    if (write === 'finish') await putAll(db, lease, experiment);
    await pass(db, 91);
    expect((await expire(db)).map(({ job_id, status }) => [job_id, status])).toContainEqual([lease.job_id, 'queued']);
    expect((await jobOf(db, lease.job_id)).state).toBe('queued');
    if (write === 'heartbeat') expect(await heartbeat(db, { ...lease, progress: progress() })).toBe('running');
    if (write === 'put') expect((await put(db, lease, cell, 1)).kind).toBe('stored');
    if (write === 'finish') {
      const answer = await finishJob(db, { ...lease, outcome: 'succeeded', reason: null });
      expect(answer).toMatchObject({ kind: 'finished', status: 'succeeded' });
    }
    expect((await jobOf(db, lease.job_id)).state).toBe(write === 'finish' ? 'succeeded' : 'running');
    const events = await listEvents(db, project_id, experiment.id, { after: 0, limit: 100 });
    expect(events?.map((event) => event.type)).toContain('lease-revived');
  },
);

test('A lapsed claim that was never started is revived by its start', async () => {
  const { db } = database;
  const project = await newProject(db);
  await queueExperiment(db, project);
  const job = await claimed(db, await openRunner(db, project));
  await pass(db, 31);
  await expire(db);
  expect((await jobOf(db, job.job_id)).state).toBe('queued');
  expect(await startJob(db, job)).toBe('running');
});

test('A lapsed lease is not revived while its runner holds another job', async () => {
  const { db } = database;
  const project = await newProject(db);
  await queueExperiment(db, project, { runner_labels: { a: '1' } });
  const runner = await openRunner(db, project, { labels: { a: '1' } });
  const first = await claimed(db, runner);
  await startJob(db, first);
  await pass(db, 91);
  await expire(db);
  await openRunner(db, project, { host_id: runner.host_id });
  const second = await queueExperiment(db, project);
  const now = await openRunner(db, project, { host_id: runner.host_id });
  expect((await claimed(db, now)).job_id).toBe(second.job_id);
  expect(await heartbeat(db, { ...first, progress: progress() })).toBe('lease-lost');
});

test('A released job is in the queue again at once, and its lease is worth nothing', async () => {
  const { db } = database;
  const { experiment, runner, lease } = await startedJob(db);
  expect(await releaseJob(db, lease)).toBe('released');
  expect(await heartbeat(db, { ...lease, progress: progress() })).toBe('lease-lost');
  expect(await experimentOf(db, experiment.id)).toMatchObject({ status: 'running', progress: null });
  expect((await claimed(db, runner)).attempt).toBe(2);
});

test('A runner that gives a job back ten times has had its turns: runner-lost', async () => {
  const { db } = database;
  const { experiment, runner, lease } = await startedJob(db);
  await releaseJob(db, lease);
  for (let attempt = 2; attempt <= 10; attempt += 1) {
    const job = await claimed(db, runner);
    expect(job.attempt).toBe(attempt);
    expect(await releaseJob(db, job)).toBe('released');
  }
  expect(await claim(db, runner)).toEqual({ kind: 'none' });
  expect(await experimentOf(db, experiment.id)).toMatchObject({ status: 'failed', reason: 'runner-lost' });
});
