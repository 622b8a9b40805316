import { eq, sql } from 'drizzle-orm';
import { beforeEach, expect, test } from 'vitest';
import type { Db } from '../../src/db/client.ts';
import { expire } from '../../src/db/expiry.ts';
import { watchRunners } from '../../src/db/runner-presence.ts';
import { runners } from '../../src/db/schema/runners.ts';
import { serviceClock } from '../../src/db/schema/service-clock.ts';
import { useDatabase } from './database.ts';
import { makeWebhook, outboxOf } from './outbox-world.ts';
import { newProject, openRunner, pass } from './world.ts';

const ONLINE_S = 60;
const database = useDatabase();

/** The service has been looking for an hour, and other tests' runners have been told of. */
beforeEach(async () => {
  const { db } = database;
  await db.update(serviceClock).set({ back_at: sql`now() - interval '1 hour'`, service_seen_at: sql`now()` });
  await watchRunners(db, ONLINE_S);
});

const silentFor = (db: Db, runner_id: string, s: number) =>
  db
    .update(runners)
    .set({ last_seen_at: sql`now() - make_interval(secs => ${s})` })
    .where(eq(runners.id, runner_id));

const typesOf = async (db: Db, project_id: string) => (await outboxOf(db, project_id)).map(({ event }) => event);

test('A runner that registers is told of once, when it goes silent once, and when it is heard again', async () => {
  const { db } = database;
  const project_id = await newProject(db);
  await makeWebhook(db, project_id);
  const { runner_id, host_id } = await openRunner(db, project_id);
  expect(await watchRunners(db, ONLINE_S)).toEqual([{ runner_id, project_id, type: 'runner.online' }]);
  expect(await watchRunners(db, ONLINE_S)).toEqual([]);
  await silentFor(db, runner_id, 59);
  expect(await watchRunners(db, ONLINE_S)).toEqual([]);
  await silentFor(db, runner_id, 61);
  expect(await watchRunners(db, ONLINE_S)).toEqual([{ runner_id, project_id, type: 'runner.offline' }]);
  expect(await watchRunners(db, ONLINE_S)).toEqual([]);
  await openRunner(db, project_id, { host_id });
  await watchRunners(db, ONLINE_S);
  expect(await typesOf(db, project_id)).toEqual(['runner.online', 'runner.offline', 'runner.online']);
  const [first] = await outboxOf(db, project_id);
  expect(first?.payload['data']).toMatchObject({ runner_id, host_id, shared: false, version: '0.1.0' });
});

test('A runner that goes on under its old session is told of as well: no session has to be opened for it', async () => {
  const { db } = database;
  const project_id = await newProject(db);
  await makeWebhook(db, project_id);
  const { runner_id } = await openRunner(db, project_id);
  for (const s of [0, 61, 0]) {
    await silentFor(db, runner_id, s);
    await watchRunners(db, ONLINE_S);
  }
  expect(await typesOf(db, project_id)).toEqual(['runner.online', 'runner.offline', 'runner.online']);
});

test('Of two services that look at once one tells it', async () => {
  const { db } = database;
  const project_id = await newProject(db);
  await makeWebhook(db, project_id);
  await openRunner(db, project_id);
  const both = await Promise.all([watchRunners(db, ONLINE_S), watchRunners(db, ONLINE_S)]);
  expect(both.flat()).toHaveLength(1);
  expect(await typesOf(db, project_id)).toEqual(['runner.online']);
});

test('A shared runner is told of to every project', async () => {
  const { db } = database;
  const projects = [await newProject(db), await newProject(db)];
  for (const project_id of projects) await makeWebhook(db, project_id);
  await openRunner(db, null);
  await watchRunners(db, ONLINE_S);
  for (const project_id of projects) {
    const rows = await outboxOf(db, project_id);
    expect(rows.map(({ payload }) => payload['data'])).toMatchObject([{ shared: true }]);
  }
});

test('While the service was away nobody went offline: who is silent then has as long again', async () => {
  const { db } = database;
  const project_id = await newProject(db);
  await makeWebhook(db, project_id);
  const { runner_id } = await openRunner(db, project_id);
  await watchRunners(db, ONLINE_S);
  await silentFor(db, runner_id, 3600);
  await pass(db, 3600, 'down');
  await expire(db);
  expect(await watchRunners(db, ONLINE_S)).toEqual([]);
  await db.update(serviceClock).set({ back_at: sql`now() - interval '61 seconds'` });
  expect(await watchRunners(db, ONLINE_S)).toMatchObject([{ runner_id, type: 'runner.offline' }]);
});
