import { eq, sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import type { Db } from '../../src/db/client.ts';
import { listEvents } from '../../src/db/events.ts';
import { getExperiment } from '../../src/db/experiments.ts';
import { finishJob } from '../../src/db/job-finish.ts';
import { listKeys } from '../../src/db/keys.ts';
import { limitProject } from '../../src/db/projects.ts';
import { prune } from '../../src/db/prune.ts';
import { listRunners } from '../../src/db/runners.ts';
import { experiments } from '../../src/db/schema/experiments.ts';
import { idempotency } from '../../src/db/schema/idempotency.ts';
import { keys } from '../../src/db/schema/projects.ts';
import { runners } from '../../src/db/schema/runners.ts';
import { listTrials } from '../../src/db/trials.ts';
import { useDatabase } from './database.ts';
import { id as newId, newProject, openRunner, put, queueExperiment, sha256, startedJob } from './world.ts';

const database = useDatabase();

/** An experiment with a trial that ended so many days ago. */
async function endedDaysAgo(db: Db, days: number): Promise<{ project_id: string; id: string }> {
  const { project_id, experiment, lease } = await startedJob(db);
  await put(db, lease, experiment.schedule[0]!.cells[0]!, 1);
  await finishJob(db, { ...lease, outcome: 'failed', reason: 'fail-fast' });
  await db
    .update(experiments)
    .set({ ended_at: sql`now() - make_interval(days => ${days})` })
    .where(eq(experiments.id, experiment.id));
  return { project_id, id: experiment.id };
}

test('Ended experiments go when they are older than their project keeps them, with all that was measured', async () => {
  const { db } = database;
  const old = await endedDaysAgo(db, 31);
  const young = await endedDaysAgo(db, 29);
  const kept = await endedDaysAgo(db, 10_000);
  for (const { project_id } of [old, young]) await limitProject(db, project_id, { retention_days: 30 });
  expect(await prune(db)).toMatchObject({ experiments: 1, more: false });
  expect(await getExperiment(db, old.project_id, old.id)).toBeNull();
  expect(await listEvents(db, old.project_id, old.id, { after: 0, limit: 1 })).toBeNull();
  expect(await listTrials(db, old.id)).toEqual([]);
  for (const { project_id, id } of [young, kept]) expect(await getExperiment(db, project_id, id)).not.toBeNull();
  expect(await prune(db)).toMatchObject({ experiments: 0 });
});

test('An experiment that has not ended stays, however old it is', async () => {
  const { db } = database;
  const project_id = await newProject(db);
  const { id } = await queueExperiment(db, project_id);
  await limitProject(db, project_id, { retention_days: 1 });
  await db
    .update(experiments)
    .set({ created_at: sql`now() - interval '900 days'` })
    .where(eq(experiments.id, id));
  await prune(db);
  expect(await getExperiment(db, project_id, id)).not.toBeNull();
});

test('What is due goes in batches, which say that there is more', async () => {
  const { db } = database;
  const project_id = await newProject(db);
  for (let n = 0; n < 12; n += 1) await queueExperiment(db, project_id);
  await limitProject(db, project_id, { retention_days: 1 });
  await db.execute(
    sql`UPDATE jobs SET state = 'canceled', reason = 'canceled', ended_at = now() WHERE project_id = ${project_id}`,
  );
  await db.execute(
    sql`UPDATE experiments SET status = 'canceled', reason = 'canceled', ended_at = now() - interval '2 days' WHERE project_id = ${project_id}`,
  );
  expect(await prune(db)).toMatchObject({ experiments: 10, more: true });
  expect(await prune(db)).toMatchObject({ experiments: 2, more: false });
});

test('Answers of requests with an idempotency key go after a day', async () => {
  const { db } = database;
  const project_id = await newProject(db);
  const ages = [23, 25, 26];
  for (const hours of ages) {
    await db.insert(idempotency).values({
      project_id,
      operation: 'POST /v1/experiments',
      key: `${hours} h`,
      body_digest: sha256('body'),
      status: 202,
      headers: {},
      body: '{}',
      created_at: new Date(Date.now() - hours * 3_600_000),
    });
  }
  expect(await prune(db)).toMatchObject({ answers: 2, more: false });
  const left = await db
    .select({ key: idempotency.key })
    .from(idempotency)
    .where(eq(idempotency.project_id, project_id));
  expect(left).toEqual([{ key: '23 h' }]);
});

test('A runner that was silent for a month goes, unless it holds a job', async () => {
  const { db } = database;
  const { project_id, runner: busy } = await startedJob(db);
  const [silent, young] = [await openRunner(db, project_id), await openRunner(db, project_id)];
  const seen = (days: number) => ({ last_seen_at: sql`now() - make_interval(days => ${days})` });
  await db.update(runners).set(seen(31)).where(eq(runners.project_id, project_id));
  await db.update(runners).set(seen(29)).where(eq(runners.id, young.runner_id));
  expect(await prune(db)).toMatchObject({ runners: 1, more: false });
  const left = (await listRunners(db, project_id)).map(({ id }) => id);
  expect(left.toSorted()).toEqual([young.runner_id, busy.runner_id].toSorted());
  expect(left).not.toContain(silent.runner_id);
});

test('Keys that were revoked or have expired go after a month', async () => {
  const { db } = database;
  const project_id = await newProject(db);
  const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000);
  const made = [
    { name: 'valid', expires_at: daysAgo(-1), revoked_at: null },
    { name: 'for ever', expires_at: null, revoked_at: null },
    { name: 'expired', expires_at: daysAgo(31), revoked_at: null },
    { name: 'just expired', expires_at: daysAgo(29), revoked_at: null },
    { name: 'revoked', expires_at: daysAgo(-1), revoked_at: daysAgo(31) },
    { name: 'just revoked', expires_at: null, revoked_at: daysAgo(29) },
  ];
  for (const key of made) {
    const [key_id, hash] = [newId('key'), sha256(key.name)];
    const rest = { type: 'user', scopes: ['read'], prefix: 'bw_user_', last_four: 'abcd' } as const;
    await db.insert(keys).values({ ...rest, ...key, id: key_id, project_id, hash, scopes: [...rest.scopes] });
  }
  expect(await prune(db)).toMatchObject({ keys: 2, more: false });
  const left = (await listKeys(db, project_id)).map(({ name }) => name);
  expect(left.toSorted()).toEqual(['for ever', 'just expired', 'just revoked', 'valid']);
});
