import { expect, test } from 'vitest';
import { finishJob } from '../../src/db/job-finish.ts';
import { startJob } from '../../src/db/job-run.ts';
import { useDatabase } from './database.ts';
import { keptHook, pullChange, received } from './hook-world.ts';
import { outboxOf } from './outbox-world.ts';
import { claimed, newProject, openRunner } from './world.ts';

const database = useDatabase();

/** A pull request whose commit a runner is measuring, and what is told of it. */
async function measured() {
  const { db } = database;
  const project_id = await newProject(db);
  const hook = await keptHook(db, project_id, {
    has_token: true,
    api_url: 'https://api.github.com',
    comment: 'always',
  });
  const first = await received(db, hook, pullChange('a', 1));
  const { job_id, lease_id } = await claimed(db, await openRunner(db, project_id));
  await startJob(db, { job_id, lease_id });
  const told = async () =>
    (await outboxOf(db, project_id)).map(
      ({ kind, event, experiment_id }) =>
        `${kind} ${event} ${experiment_id === first.experiment_id ? 'first' : 'other'}`,
    );
  return { db, hook, lease: { job_id, lease_id }, told };
}

test('A pull request that is closed and opened again is not told afterwards that what ran for it was canceled', async () => {
  const { db, hook, lease, told } = await measured();
  await received(db, hook, pullChange('a', 2, { is_open: false }));
  expect(await received(db, hook, pullChange('a', 3))).toMatchObject({ outcome: 'started' });
  await finishJob(db, { ...lease, outcome: 'canceled', reason: null });
  expect(await told()).toEqual([
    'commit-status experiment.queued first',
    'commit-status experiment.started first',
    'commit-status experiment.queued other',
  ]);
});

test('A pull request that is closed is told that what ran for it was canceled; so is a commit that another took the place of', async () => {
  for (const next of [pullChange('a', 2, { is_open: false }), pullChange('b', 2)]) {
    const { db, hook, lease, told } = await measured();
    await received(db, hook, next);
    await finishJob(db, { ...lease, outcome: 'canceled', reason: null });
    expect(await told()).toContain('commit-status experiment.canceled first');
  }
});
