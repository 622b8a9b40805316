import { afterAll, beforeAll } from 'vitest';
import postgres from 'postgres';
import { openPglite } from '../../src/db/client-pglite.ts';
import { openPostgres } from '../../src/db/client-postgres.ts';
import type { Db, OpenDatabase } from '../../src/db/client.ts';
import { migrate } from '../../src/db/migrate.ts';

/** With the address of a Postgres server in this variable the suites run on that instead of PGlite, each file in a database of its own. */
const SERVER_URL = process.env['BENCHWRIGHT_TEST_POSTGRES_URL'];

let made = 0;

async function openFresh(): Promise<OpenDatabase> {
  if (SERVER_URL === undefined) return openPglite({ dataDir: 'memory://' });
  made += 1;
  const name = `benchwright_test_${process.pid}_${made}_${Date.now()}`;
  const server = postgres(SERVER_URL, { max: 1 });
  await server.unsafe(`CREATE DATABASE ${name}`);
  const url = new URL(SERVER_URL);
  url.pathname = `/${name}`;
  const opened = await openPostgres({ url: url.href });
  return {
    db: opened.db,
    async close() {
      await opened.close();
      await server.unsafe(`DROP DATABASE ${name}`);
      await server.end();
    },
  };
}

/** A fresh, migrated database for the test file (or `describe`) that calls this; closed after it. */
export function useDatabase(): { readonly db: Db } {
  let opened: OpenDatabase | undefined;
  beforeAll(async () => {
    opened = await openFresh();
    await migrate(opened.db);
  });
  afterAll(() => opened?.close());
  return {
    get db() {
      if (!opened) throw new Error('the database is open only while tests run');
      return opened.db;
    },
  };
}
