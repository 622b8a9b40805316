import { describe, expect, test } from 'vitest';
import { expire } from '../../../src/db/expiry.ts';
import { releaseJob, startJob } from '../../../src/db/job-run.ts';
import { listTrials } from '../../../src/db/trials.ts';
import { useDatabase } from '../database.ts';
import {
  claim,
  claimed,
  experimentOf,
  jobOf,
  newProject,
  openRunner,
  pass,
  put,
  queueExperiment,
  startedJob,
} from '../world.ts';

const database = useDatabase();

describe('rule 5: two attempts in vain or ten in all, and the deadline, end a job; a trial that failed does not', () => {
  test('An attempt that stored a trial, whatever its state, is not in vain', async () => {
    const { db } = database;
    const { project_id, experiment, runner, lease } = await startedJob(db);
    await put(db, lease, experiment.schedule[0]!.cells[0]!, 1, { state: 'error' });
    for (const attempt of [2, 3]) {
      const restarted = await openRunner(db, project_id, { host_id: runner.host_id });
      const job = await claimed(db, restarted);
      expect(job.attempt).toBe(attempt);
      await startJob(db, job);
      if (attempt === 2) await put(db, job, experiment.schedule[0]!.cells[1]!, 1, { state: 'skipped' });
    }
    expect(await jobOf(db, lease.job_id)).toMatchObject({ state: 'running', fruitless_attempts: 0 });
  });

  test('The second attempt in vain is the last, by a lapse or by a restart of its runner', async () => {
    const { db } = database;
    const lapsed = await startedJob(db);
    await pass(db, 91);
    await startJob(db, await claimed(db, lapsed.runner));
    await pass(db, 91);
    await expire(db);
    expect(await experimentOf(db, lapsed.experiment.id)).toMatchObject({ status: 'failed', reason: 'runner-lost' });
    const { project_id, experiment, runner } = await startedJob(db);
    const second = await openRunner(db, project_id, { host_id: runner.host_id });
    await claimed(db, second);
    await openRunner(db, project_id, { host_id: runner.host_id });
    expect(await experimentOf(db, experiment.id)).toMatchObject({ status: 'failed', reason: 'runner-lost' });
  });

  test('A session whose answer was lost took the job over and tried nothing: that is no attempt in vain', async () => {
    const { db } = database;
    const { project_id, experiment, runner, lease } = await startedJob(db);
    for (let request = 1; request <= 3; request += 1) await openRunner(db, project_id, { host_id: runner.host_id });
    const restarted = await openRunner(db, project_id, { host_id: runner.host_id });
    const job = await claimed(db, restarted);
    expect(job).toMatchObject({ job_id: lease.job_id, attempt: 5 });
    expect(await jobOf(db, lease.job_id)).toMatchObject({ fruitless_attempts: 1, attempt_fruitless: true });
    expect((await experimentOf(db, experiment.id)).status).toBe('running');
  });

  test('But a runner that only ever opens sessions does not hold a job for ever', async () => {
    const { db } = database;
    const { project_id, experiment, runner } = await startedJob(db);
    for (let restart = 1; restart <= 10; restart += 1) await openRunner(db, project_id, { host_id: runner.host_id });
    expect(await experimentOf(db, experiment.id)).toMatchObject({ status: 'failed', reason: 'runner-lost' });
  });

  test('Ten claims are enough, fruitful or given back', async () => {
    const { db } = database;
    const { experiment, runner, lease } = await startedJob(db);
    await releaseJob(db, lease);
    for (let attempt = 2; attempt <= 10; attempt += 1) await releaseJob(db, await claimed(db, runner));
    expect(await claim(db, runner)).toEqual({ kind: 'none' });
    expect(await experimentOf(db, experiment.id)).toMatchObject({ status: 'failed', reason: 'runner-lost' });
  });

  test('The deadline counts from the first start, through lapses and other hosts; what was measured is kept', async () => {
    const { db } = database;
    const { project_id, experiment, lease } = await startedJob(db, { timeout_s: 300 });
    await put(db, lease, experiment.schedule[0]!.cells[0]!, 1);
    await pass(db, 100);
    const next = await claimed(db, await openRunner(db, project_id));
    expect(next.deadline_in_s).toBeLessThanOrEqual(200);
    await startJob(db, next);
    await put(db, next, experiment.schedule[0]!.cells[0]!, 1);
    await pass(db, 201);
    await expire(db);
    expect(await experimentOf(db, experiment.id)).toMatchObject({ status: 'failed', reason: 'deadline' });
    expect(await listTrials(db, experiment.id)).toHaveLength(1);
  });

  test('A job that no runner takes in time has failed as no-runner, also one that came back to the queue', async () => {
    const { db } = database;
    const project = await newProject(db);
    const never = await queueExperiment(db, project, { queue_timeout_s: 60 });
    await pass(db, 61);
    await expire(db);
    expect(await experimentOf(db, never.id)).toMatchObject({ status: 'failed', reason: 'no-runner' });
    const { experiment } = await startedJob(db, { queue_timeout_s: 60 });
    await pass(db, 91);
    await expire(db);
    await pass(db, 61);
    await expire(db);
    expect(await experimentOf(db, experiment.id)).toMatchObject({ status: 'failed', reason: 'no-runner' });
  });
});
