import { describe, expect, test } from 'vitest';
import { requestCancel } from '../../../src/db/experiments-cancel.ts';
import { expire } from '../../../src/db/expiry.ts';
import { finishJob } from '../../../src/db/job-finish.ts';
import { heartbeat, startJob } from '../../../src/db/job-run.ts';
import { listTrials } from '../../../src/db/trials.ts';
import { useDatabase } from '../database.ts';
import {
  claim,
  claimed,
  experimentOf,
  newProject,
  openRunner,
  pass,
  progress,
  put,
  putAll,
  queueExperiment,
  startedJob,
} from '../world.ts';

const database = useDatabase();
const CANCELED = { status: 'canceled', reason: 'canceled' };

describe('rule 6: a cancel always comes to an end, and a success with every trial wins over it', () => {
  test('Canceled in the queue it ends at once, also when it has come back to the queue', async () => {
    const { db } = database;
    const project = await newProject(db);
    const waiting = await queueExperiment(db, project);
    expect(await requestCancel(db, project, waiting.id)).toBe('canceled');
    const back = await startedJob(db);
    await put(db, back.lease, back.experiment.schedule[0]!.cells[0]!, 1);
    await pass(db, 91);
    await expire(db);
    expect(await requestCancel(db, back.project_id, back.experiment.id)).toBe('canceled');
    expect(await heartbeat(db, { ...back.lease, progress: progress() })).toBe('job-gone');
    expect(await listTrials(db, back.experiment.id)).toHaveLength(1);
  });

  test('Canceled between claim and start its runner hears it from the start', async () => {
    const { db } = database;
    const project = await newProject(db);
    const experiment = await queueExperiment(db, project);
    const job = await claimed(db, await openRunner(db, project));
    expect(await requestCancel(db, project, experiment.id)).toBe('canceling');
    expect(await startJob(db, job)).toBe('canceling');
    await finishJob(db, { ...job, outcome: 'canceled', reason: null });
    expect(await experimentOf(db, experiment.id)).toMatchObject(CANCELED);
  });

  test.each(['claimed', 'running'] as const)(
    'Canceled while %s, with a runner that never answers, it ends by the lease',
    async (state) => {
      const { db } = database;
      const project = await newProject(db);
      const experiment = await queueExperiment(db, project);
      const job = await claimed(db, await openRunner(db, project));
      if (state === 'running') await startJob(db, job);
      await requestCancel(db, project, experiment.id);
      await pass(db, 91);
      await expire(db);
      expect(await experimentOf(db, experiment.id)).toMatchObject(CANCELED);
    },
  );

  test('Canceled while its runner is restarted, the next session hears of it; a runner that dies twice ends it so', async () => {
    const { db } = database;
    const { project_id, experiment, runner } = await startedJob(db);
    await requestCancel(db, project_id, experiment.id);
    const answer = await claim(db, await openRunner(db, project_id, { host_id: runner.host_id }));
    expect(answer).toMatchObject({ kind: 'job', status: 'canceling' });
    await openRunner(db, project_id, { host_id: runner.host_id });
    expect(await experimentOf(db, experiment.id)).toMatchObject(CANCELED);
  });

  test('A success with every trial and a cancel at the same moment: whichever comes first, it has succeeded', async () => {
    const { db } = database;
    for (let round = 0; round < 6; round += 1) {
      const { project_id, experiment, lease } = await startedJob(db);
      await putAll(db, lease, experiment);
      const [, finish] = await Promise.all([
        requestCancel(db, project_id, experiment.id),
        finishJob(db, { ...lease, outcome: 'succeeded', reason: null }),
      ]);
      expect(finish).toMatchObject({ kind: 'finished', status: 'succeeded' });
      expect(await experimentOf(db, experiment.id)).toMatchObject({ status: 'succeeded', trials_done: 4 });
    }
  });

  test('With a trial missing there is no success to win over the cancel', async () => {
    const { db } = database;
    const { project_id, experiment, lease } = await startedJob(db);
    await put(db, lease, experiment.schedule[0]!.cells[0]!, 1);
    await requestCancel(db, project_id, experiment.id);
    const finish = await finishJob(db, { ...lease, outcome: 'succeeded', reason: null });
    expect(finish.kind).toBe('trials-missing');
    await finishJob(db, { ...lease, outcome: 'canceled', reason: null });
    expect(await experimentOf(db, experiment.id)).toMatchObject({ ...CANCELED, trials_done: 1 });
  });
});
