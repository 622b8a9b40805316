import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Db, OpenDatabase } from '../../../src/db/client.ts';
import { openPostgres } from '../../../src/db/client-postgres.ts';
import { migrate } from '../../../src/db/migrate.ts';
import { type TestDatabase, openTestDatabase } from '../../databases/open.ts';
import { newProject, queueExperiment } from '../world.ts';
import { hold, inTurn } from './contend.ts';

/** Services that start at once on one database, as a rolling deployment starts them. */
let database: TestDatabase;
let direct: string;
const others: OpenDatabase[] = [];
let services: [Db, Db, Db];

beforeEach(async () => {
  database = await openTestDatabase('empty');
  const addresses = database.addresses!;
  ({ direct } = addresses);
  const [two, three] = [await openPostgres({ url: addresses.url }), await openPostgres({ url: addresses.url })];
  others.push(two, three);
  services = [database.db, two.db, three.db];
});
afterEach(async () => {
  for (const other of others.splice(0)) await other.close();
  await database.close();
});

/** The journal holds each migration once, and the tables are there. */
async function isMigratedOnce(): Promise<void> {
  const [db] = services;
  const [row] = (await db.execute(
    sql`SELECT count(*)::int AS rows, count(DISTINCT hash)::int AS migrations FROM drizzle.__drizzle_migrations`,
  )) as { rows: number; migrations: number }[];
  expect(row?.rows).toBeGreaterThan(1);
  expect(row?.rows).toBe(row?.migrations);
  await queueExperiment(db, await newProject(db));
}

test('All of them start, and each migration is applied once', async () => {
  const counts = await Promise.all(services.map((db) => migrate(db)));
  expect(counts.toSorted((a, b) => a - b).slice(0, 2)).toEqual([0, 0]);
  expect(Math.max(...counts)).toBeGreaterThan(1);
  await isMigratedOnce();
});

test.each(['COMMIT', 'ROLLBACK'])(
  'So do those that wait for another to make the journal, whether that ends with %s',
  async (end) => {
    await using held = await hold(direct, 'CREATE SCHEMA drizzle', end);
    const started = services.map((db) => migrate(db));
    await held.waiters(started.length);
    await held.release();
    const counts = await Promise.all(started);
    expect(counts.filter((count) => count === 0)).toHaveLength(2);
    await isMigratedOnce();
  },
);

test('Where there is a journal they take turns: the first applies what the others then find', async () => {
  const [db] = services;
  await migrate(db);
  await db.execute(sql`DROP SCHEMA public CASCADE`);
  await db.execute(sql`CREATE SCHEMA public`);
  await db.execute(sql`DELETE FROM drizzle.__drizzle_migrations`);
  const [one, two, three] = services;
  const counts = await inTurn(direct, 'LOCK TABLE drizzle.__drizzle_migrations IN SHARE ROW EXCLUSIVE MODE', [
    () => migrate(one),
    () => migrate(two),
    () => migrate(three),
  ]);
  expect(counts[0]).toBeGreaterThan(1);
  expect(counts.slice(1)).toEqual([0, 0]);
  await isMigratedOnce();
});
