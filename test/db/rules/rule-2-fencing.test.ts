import { describe, expect, test } from 'vitest';
import { expire } from '../../../src/db/expiry.ts';
import { finishJob } from '../../../src/db/job-finish.ts';
import { heartbeat, releaseJob, startJob } from '../../../src/db/job-run.ts';
import { useDatabase } from '../database.ts';
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
} from '../world.ts';

const database = useDatabase();
const SUCCESS = { outcome: 'succeeded', reason: null } as const;

describe('rule 2: every write is fenced by the lease; expiry takes nothing but the state', () => {
  test('Under a lease that another claim has overwritten nothing is written, whatever is tried', async () => {
    const { db } = database;
    const { project_id, experiment, lease } = await startedJob(db);
    await pass(db, 91);
    const next = await claimed(db, await openRunner(db, project_id));
    await startJob(db, next);
    const before = [await jobOf(db, lease.job_id), await experimentOf(db, experiment.id)];
    const cell = experiment.schedule[0]!.cells[0]!;
    const tried = await Promise.all([
      startJob(db, lease),
      heartbeat(db, { ...lease, progress: progress() }),
      put(db, lease, cell, 1).then((answer) => answer.kind),
      finishJob(db, { ...lease, ...SUCCESS }).then((answer) => answer.kind),
      releaseJob(db, lease),
    ]);
    expect(new Set(tried)).toEqual(new Set(['lease-lost']));
    expect([await jobOf(db, lease.job_id), await experimentOf(db, experiment.id)]).toEqual(before);
  });

  test('Expiry changes the state of the job and when it came to the queue, and nothing else', async () => {
    const { db } = database;
    const { lease } = await startedJob(db);
    await pass(db, 91);
    const before = await jobOf(db, lease.job_id);
    await expire(db);
    const after = await jobOf(db, lease.job_id);
    expect(after).toEqual({ ...before, state: 'queued', queued_at: after.queued_at, lease_expires_at: null });
  });

  test('A finish that comes late, with its last trial, counts as if it had come in time', async () => {
    const { db } = database;
    const { experiment, lease } = await startedJob(db);
    await putAll(db, lease, experiment);
    await pass(db, 600);
    await expire(db);
    expect(await finishJob(db, { ...lease, ...SUCCESS })).toMatchObject({ kind: 'finished', status: 'succeeded' });
    expect(await jobOf(db, lease.job_id)).toMatchObject({ state: 'succeeded', attempt: 1, generation: 1 });
  });

  test('A late finish and the claim of another runner at the same moment: one has the job, the other is told so', async () => {
    const { db } = database;
    for (let round = 0; round < 6; round += 1) {
      const { project_id, experiment, lease } = await startedJob(db);
      await putAll(db, lease, experiment);
      await pass(db, 91);
      await expire(db);
      const other = await openRunner(db, project_id);
      const [answer, finish] = await Promise.all([claim(db, other), finishJob(db, { ...lease, ...SUCCESS })]);
      expect([answer.kind, finish.kind]).toEqual(
        finish.kind === 'finished' ? ['none', 'finished'] : ['job', 'lease-lost'],
      );
    }
  });

  test('An outage of the service costs no run: each running lease is whole again, once, and its holder goes on', async () => {
    const { db } = database;
    const { project_id, lease } = await startedJob(db);
    await pass(db, 1_200, 'down');
    expect((await claim(db, await openRunner(db, project_id))).kind).toBe('none');
    expect(await secondsUntil(db, lease.job_id, 'lease_expires_at')).toBeGreaterThan(85);
    expect(await jobOf(db, lease.job_id)).toMatchObject({ state: 'running', attempt: 1 });
    await pass(db, 91);
    await expire(db);
    expect((await jobOf(db, lease.job_id)).state).toBe('queued');
  });

  test('A claim looks at all leases first: nobody waits for the clock of the service', async () => {
    const { db } = database;
    const project = await newProject(db);
    const experiment = await queueExperiment(db, project);
    await claimed(db, await openRunner(db, project));
    await pass(db, 31);
    expect((await claimed(db, await openRunner(db, project))).experiment_id).toBe(experiment.id);
  });
});
