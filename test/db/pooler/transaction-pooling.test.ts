import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import type { Db } from '../../../src/db/client.ts';
import { useDatabase } from '../database.ts';

/** What PgBouncer stands in for here: Hyperdrive, and any pooler that gives a connection for one transaction and no longer. */
const database = useDatabase();

async function backendOf(db: Db): Promise<number> {
  const rows = (await db.execute(sql`SELECT pg_backend_pid() AS pid`)) as { pid: number }[];
  return rows[0]!.pid;
}

test('Transactions at once, and those after them, run on whatever connection of the server is free', async () => {
  const { db } = database;
  // Each waits for the others to have begun: four connections of the server are then in use.
  const all = Promise.withResolvers<void>();
  let begun = 0;
  const backends = await Promise.all(
    Array.from({ length: 4 }, () =>
      db.transaction(async (tx) => {
        const first = await backendOf(tx);
        begun += 1;
        if (begun === 4) all.resolve();
        await all.promise;
        expect(await backendOf(tx)).toBe(first);
        return first;
      }),
    ),
  );
  expect(new Set(backends).size).toBe(4);
  const later: number[] = [];
  for (let n = 0; n < 8; n += 1) later.push(await backendOf(db));
  expect(new Set([...backends, ...later]).size).toBeGreaterThan(1);
});

test('What a session is set to is not there in the next transaction', async () => {
  const { db } = database;
  await Promise.all(Array.from({ length: 4 }, () => db.transaction((tx) => backendOf(tx))));
  await db.execute(sql`SELECT set_config('benchwright.seen', 'yes', false)`);
  const seen: unknown[] = [];
  for (let n = 0; n < 8; n += 1) {
    const rows = await db.execute(sql`SELECT current_setting('benchwright.seen', true) AS seen`);
    seen.push((rows as { seen: string | null }[])[0]?.seen || null);
  }
  expect(seen).toContain(null);
});
