import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import type { Db, Tx } from '../../../src/db/client.ts';
import { useDatabase } from '../database.ts';

/** What PgBouncer stands in for here: Hyperdrive, and any pooler that gives a connection for one transaction and no longer. */
const database = useDatabase();

async function backendOf(db: Db | Tx): Promise<number> {
  const [row] = await db.select({ pid: sql<number>`pg_backend_pid()` }).from(sql`(SELECT 1) AS one`);
  return row!.pid;
}

/** Several transactions, none of which ends before all have begun: so many connections of the server, where each stays on its own. */
async function atOnce(db: Db, count: number): Promise<number[]> {
  const all = Promise.withResolvers<void>();
  let begun = 0;
  const transactions = Array.from({ length: count }, () =>
    db.transaction(async (tx) => {
      const backend = await backendOf(tx);
      begun += 1;
      if (begun === count) all.resolve();
      await all.promise;
      expect(await backendOf(tx)).toBe(backend);
      return backend;
    }),
  );
  return Promise.all(transactions);
}

test('A transaction stays on one connection of the server; those after it run on whichever is free', async () => {
  const { db } = database;
  expect(new Set(await atOnce(db, 4)).size).toBe(4);
  const later: number[] = [];
  for (let n = 0; n < 8; n += 1) later.push(await backendOf(db));
  expect(new Set(later).size).toBeGreaterThan(1);
});

test('What a session is set to is not there in the next transaction', async () => {
  const { db } = database;
  await atOnce(db, 4);
  await db.execute(sql`SELECT set_config('benchwright.seen', 'yes', false)`);
  const seen: unknown[] = [];
  for (let n = 0; n < 8; n += 1) {
    const value = sql<string | null>`nullif(current_setting('benchwright.seen', true), '')`;
    const [row] = await db.select({ value }).from(sql`(SELECT 1) AS one`);
    seen.push(row?.value);
  }
  expect(seen).toContain(null);
});
