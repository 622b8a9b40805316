import { PGlite } from '@electric-sql/pglite';
import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/pglite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Db } from '../../../src/db/client.ts';
import { findKey } from '../../../src/db/keys.ts';
import { heartbeat, startJob } from '../../../src/db/job-run.ts';
import { migrate } from '../../../src/db/migrate.ts';
import { claim, claimed, newProject, openRunner, progress, put, queueExperiment, sha256 } from '../world.ts';

/** What fifty runners do all the time is one round trip to the database each. */
const sent: string[] = [];
const client = new PGlite('memory://');
const db: Db = drizzle(client, { logger: { logQuery: (statement) => void sent.push(statement) } });

beforeAll(() => migrate(db));
afterAll(() => client.close());

/** Counted while something ticks: without it a claim sees to time itself. */
async function statementsOf(work: () => Promise<unknown>): Promise<number> {
  await db.execute(sql`UPDATE service_clock SET service_seen_at = now()`);
  sent.length = 0;
  await work();
  return sent.length;
}

test('A claim is one statement, whether it gives a job or finds none', async () => {
  const project = await newProject(db);
  await queueExperiment(db, project);
  const [first, second] = [await openRunner(db, project), await openRunner(db, project)];
  expect(await statementsOf(() => claimed(db, first))).toBe(1);
  expect(await statementsOf(() => claim(db, second))).toBe(1);
});

test('A claim by a shared runner is one statement', async () => {
  await queueExperiment(db, await newProject(db));
  const shared = await openRunner(db, null);
  expect(await statementsOf(() => claimed(db, shared))).toBe(1);
});

test('A beat and a trial are one statement each', async () => {
  const project = await newProject(db);
  const { schedule } = await queueExperiment(db, project);
  const job = await claimed(db, await openRunner(db, project));
  await startJob(db, job);
  expect(await statementsOf(() => heartbeat(db, { ...job, progress: progress() }))).toBe(1);
  expect(await statementsOf(() => put(db, job, schedule[1]!.cells[0]!, 2))).toBe(1);
});

test('Finding a key, and noting that it was used, is one statement', async () => {
  expect(await statementsOf(() => findKey(db, sha256('nobody')))).toBe(1);
});
