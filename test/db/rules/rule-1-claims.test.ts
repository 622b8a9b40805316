import { describe, expect, test } from 'vitest';
import { useDatabase } from '../database.ts';
import { claim, newProject, openRunner, queueExperiment } from '../world.ts';

const database = useDatabase();

describe('rule 1: a claim is one statement, gives only what fits the runner, and one job at a time', () => {
  test('Of runners that ask at the same moment each gets another job, and none is given twice', async () => {
    const { db } = database;
    const project = await newProject(db);
    const runners = [];
    for (let n = 0; n < 12; n += 1) {
      await queueExperiment(db, project);
      runners.push(await openRunner(db, project));
    }
    const answers = await Promise.all(runners.map((runner) => claim(db, runner)));
    const given = answers.flatMap((answer) => (answer.kind === 'job' ? [answer.job.job_id] : []));
    expect(new Set(given).size).toBe(12);
  });

  test('A runner that asks twice at once under two keys has one job, and is told that it is busy with it', async () => {
    const { db } = database;
    const project = await newProject(db);
    for (let n = 0; n < 3; n += 1) await queueExperiment(db, project);
    const runner = await openRunner(db, project);
    const answers = await Promise.all(
      ['claim-key-1', 'claim-key-2', 'claim-key-3'].map((key) => claim(db, runner, key)),
    );
    const jobs = answers.flatMap((answer) => (answer.kind === 'job' ? [answer.job.job_id] : []));
    expect(jobs).toHaveLength(1);
    const busy = { kind: 'busy', job_id: jobs[0] };
    expect(answers.filter((answer) => answer.kind !== 'job')).toEqual([busy, busy]);
  });

  test('Asked twice at once under one key, it is the same job under the same lease', async () => {
    const { db } = database;
    const project = await newProject(db);
    for (let n = 0; n < 2; n += 1) await queueExperiment(db, project);
    const runner = await openRunner(db, project);
    const answers = await Promise.all([1, 2, 3].map(() => claim(db, runner, 'claim-key-1')));
    const leases = answers.map((answer) => (answer.kind === 'job' ? answer.job.lease_id : answer.kind));
    expect(new Set(leases).size).toBe(1);
  });

  test('A job of which the runner offers only a part, or one label differently, waits for another', async () => {
    const { db } = database;
    const project = await newProject(db);
    await queueExperiment(db, project, { needs: ['fastapi/uvicorn/asgi', 'flask/uvicorn'] });
    await queueExperiment(db, project, { runner_labels: { arch: 'arm64' } });
    const fitting = await queueExperiment(db, project, { runner_labels: { arch: 'x86_64' } });
    const answer = await claim(db, await openRunner(db, project, { labels: { arch: 'x86_64' } }));
    expect(answer).toMatchObject({ kind: 'job', job: { job_id: fitting.job_id } });
  });
});
