import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { expire } from '../../src/db/expiry.ts';
import { finishJob } from '../../src/db/job-finish.ts';
import { heartbeat, releaseJob, startJob } from '../../src/db/job-run.ts';
import { listTrials } from '../../src/db/trials.ts';
import { useDatabase } from './database.ts';
import {
  claimed,
  experimentOf,
  jobOf,
  newProject,
  openRunner,
  pass,
  progress,
  put,
  queueExperiment,
  secondsUntil,
  startedJob,
} from './world.ts';

const database = useDatabase();

test('With nothing due nothing changes', async () => {
  const { db } = database;
  const { experiment } = await startedJob(db);
  const before = await experimentOf(db, experiment.id);
  await pass(db, 60);
  expect((await expire(db)).filter((expired) => expired.experiment_id === experiment.id)).toEqual([]);
  expect(await experimentOf(db, experiment.id)).toEqual(before);
});

test('A claim that is not started in 30 s returns to the queue', async () => {
  const { db } = database;
  const project = await newProject(db);
  const experiment = await queueExperiment(db, project);
  const job = await claimed(db, await openRunner(db, project));
  await pass(db, 29);
  await expire(db);
  expect((await jobOf(db, job.job_id)).state).toBe('claimed');
  await pass(db, 2);
  expect(await expire(db)).toContainEqual({
    job_id: job.job_id,
    project_id: project,
    experiment_id: experiment.id,
    status: 'queued',
    reason: null,
  });
  expect(await jobOf(db, job.job_id)).toMatchObject({
    state: 'queued',
    lease_id: job.lease_id,
    lease_expires_at: null,
  });
});

test('A runner that is silent for 90 s loses its lease; the experiment stays running and shows no progress', async () => {
  const { db } = database;
  const { experiment, lease } = await startedJob(db);
  await heartbeat(db, { ...lease, progress: progress() });
  await pass(db, 91);
  await expire(db);
  expect((await jobOf(db, lease.job_id)).state).toBe('queued');
  expect(await experimentOf(db, experiment.id)).toMatchObject({ status: 'running', progress: null });
});

test('Two attempts without a new trial are the end: runner-lost', async () => {
  const { db } = database;
  const { project_id, experiment, lease } = await startedJob(db);
  await pass(db, 91);
  await expire(db);
  const second = await claimed(db, await openRunner(db, project_id));
  expect(second.job_id).toBe(lease.job_id);
  await pass(db, 31);
  await expire(db);
  expect(await experimentOf(db, experiment.id)).toMatchObject({ status: 'failed', reason: 'runner-lost' });
});

test('An attempt that stored a new trial does not count as fruitless; the tenth claim is the last', async () => {
  const { db } = database;
  const { experiment, runner, lease } = await startedJob(db, { timeout_s: 86_400 });
  const places = experiment.schedule.flatMap(({ block, cells }) =>
    cells.flatMap((cell) => [1, 2].map((run) => ({ cell, block, run }))),
  );
  await releaseJob(db, lease);
  for (let attempt = 2; attempt <= 9; attempt += 1) {
    const held = await claimed(db, runner);
    expect(held.attempt).toBe(attempt);
    await startJob(db, held);
    const { cell, block, run } = places[attempt - 2]!;
    expect((await put(db, held, cell, block, { run })).kind).toBe('stored');
    await pass(db, 91);
    await expire(db);
    expect(await jobOf(db, lease.job_id)).toMatchObject({ state: 'queued', fruitless_attempts: 0 });
  }
  const tenth = await claimed(db, runner);
  await startJob(db, tenth);
  await pass(db, 91);
  await expire(db);
  expect(await jobOf(db, lease.job_id)).toMatchObject({ attempt: 10, fruitless_attempts: 0 });
  expect(await experimentOf(db, experiment.id)).toMatchObject({ status: 'failed', reason: 'runner-lost' });
});

test('A trial that was stored before is no fruit of a later attempt', async () => {
  const { db } = database;
  const { experiment, runner, lease } = await startedJob(db);
  const cell = experiment.schedule[0]!.cells[0]!;
  await put(db, lease, cell, 1);
  for (const attempt of [2, 3]) {
    await pass(db, 91);
    const again = await claimed(db, runner);
    expect(again.attempt).toBe(attempt);
    await startJob(db, again);
    expect((await put(db, again, cell, 1)).kind).toBe('same');
  }
  await pass(db, 91);
  await expire(db);
  expect(await experimentOf(db, experiment.id)).toMatchObject({ status: 'failed', reason: 'runner-lost' });
});

test('Past the deadline, counted from the first start, the job has failed and its trials are kept', async () => {
  const { db } = database;
  const { experiment, lease } = await startedJob(db, { timeout_s: 120 });
  await put(db, lease, experiment.schedule[0]!.cells[0]!, 1);
  await pass(db, 80);
  await heartbeat(db, { ...lease, progress: progress() });
  await pass(db, 41);
  await expire(db);
  expect(await experimentOf(db, experiment.id)).toMatchObject({ status: 'failed', reason: 'deadline', trials_done: 1 });
  expect(await listTrials(db, experiment.id)).toHaveLength(1);
  expect(await heartbeat(db, { ...lease, progress: progress() })).toBe('job-gone');
});

test('A later claim gets what is left until the deadline of the first start, not a new one', async () => {
  const { db } = database;
  const { experiment, runner, lease } = await startedJob(db, { timeout_s: 200 });
  await put(db, lease, experiment.schedule[0]!.cells[0]!, 1);
  await pass(db, 91);
  const again = await claimed(db, runner);
  expect(again.deadline_in_s).toBeLessThanOrEqual(109);
  await startJob(db, again);
  expect(await secondsUntil(db, lease.job_id, 'deadline_at')).toBeLessThanOrEqual(109);
  await pass(db, 110);
  await expire(db);
  expect(await experimentOf(db, experiment.id)).toMatchObject({ reason: 'deadline' });
});

test('A job that nobody takes within its queue timeout has failed: no-runner', async () => {
  const { db } = database;
  const experiment = await queueExperiment(db, await newProject(db), { queue_timeout_s: 600 });
  await pass(db, 599);
  await expire(db);
  expect((await experimentOf(db, experiment.id)).status).toBe('queued');
  await pass(db, 2);
  await expire(db);
  expect(await experimentOf(db, experiment.id)).toMatchObject({
    status: 'failed',
    reason: 'no-runner',
    started_at: null,
  });
});

test('Time in which the service was down does not count: a running lease gets one fresh lease', async () => {
  const { db } = database;
  const { lease } = await startedJob(db);
  await pass(db, 300, 'down');
  expect((await expire(db)).map((expired) => expired.job_id)).not.toContain(lease.job_id);
  expect(await secondsUntil(db, lease.job_id, 'lease_expires_at')).toBeGreaterThan(85);
  await pass(db, 91);
  await expire(db);
  expect((await jobOf(db, lease.job_id)).state).toBe('queued');
});

test('A claim right after an outage does not take a job from the runner that holds it', async () => {
  const { db } = database;
  const { project_id, lease } = await startedJob(db);
  await pass(db, 300, 'down');
  const other = await openRunner(db, project_id);
  const waiting = await queueExperiment(db, project_id);
  expect((await claimed(db, other)).job_id).toBe(waiting.job_id);
  expect(await heartbeat(db, { ...lease, progress: progress() })).toBe('running');
});

test('An outage does not move the deadline, nor a lease past it', async () => {
  const { db } = database;
  const { experiment, lease } = await startedJob(db, { timeout_s: 320 });
  await pass(db, 300, 'down');
  await expire(db);
  expect(await secondsUntil(db, lease.job_id, 'lease_expires_at')).toBeLessThanOrEqual(20);
  await pass(db, 21);
  await expire(db);
  expect(await experimentOf(db, experiment.id)).toMatchObject({ reason: 'deadline' });
});

test('A pause of the service that is shorter than two beats gives no fresh lease', async () => {
  const { db } = database;
  const { lease } = await startedJob(db);
  await pass(db, 25, 'down');
  await expire(db);
  expect(await secondsUntil(db, lease.job_id, 'lease_expires_at')).toBeLessThanOrEqual(65);
});

test('A database clock that is set back does not make leases longer than one lease, nor hide that the service is there', async () => {
  const { db } = database;
  const { lease } = await startedJob(db);
  await expire(db);
  // As if an hour had been taken from the clock just now.
  await pass(db, -3600);
  await db.execute(sql`UPDATE service_clock SET service_seen_at = now() + interval '1 hour'`);
  expect(await secondsUntil(db, lease.job_id, 'lease_expires_at')).toBeGreaterThan(3600);
  await expire(db);
  const left = await secondsUntil(db, lease.job_id, 'lease_expires_at');
  expect(left).toBeLessThanOrEqual(90);
  expect(left).toBeGreaterThan(80);
  const ahead = await db.execute(sql`SELECT 1 FROM service_clock WHERE service_seen_at > now()`);
  expect(rowsOf(ahead)).toHaveLength(0);
  await pass(db, 91);
  await expire(db);
  expect((await jobOf(db, lease.job_id)).state).toBe('queued');
});

test('More jobs than one tick settles are settled by the next ones', async () => {
  const { db } = database;
  const project = await newProject(db);
  for (let n = 0; n < 120; n += 1) await queueExperiment(db, project, { queue_timeout_s: 1 });
  await pass(db, 2);
  const first = await expire(db);
  const second = await expire(db);
  expect(first).toHaveLength(100);
  expect(first.length + second.length).toBeGreaterThanOrEqual(120);
  const waiting = await db.execute(sql`SELECT 1 FROM experiments WHERE project_id = ${project} AND status = 'queued'`);
  expect(rowsOf(waiting)).toHaveLength(0);
});

test('A finish that comes before the tick that would fail the job wins', async () => {
  const { db } = database;
  const { lease } = await startedJob(db, { timeout_s: 60 });
  await pass(db, 61);
  expect(await finishJob(db, { ...lease, outcome: 'failed', reason: 'fail-fast' })).toMatchObject({
    reason: 'fail-fast',
  });
});

/** PGlite answers `{ rows }`, postgres-js the rows. */
function rowsOf(result: unknown): readonly unknown[] {
  return Array.isArray(result) ? result : (result as { rows: unknown[] }).rows;
}
