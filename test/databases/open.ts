import { PGlite } from '@electric-sql/pglite';
import { drizzle } from 'drizzle-orm/pglite';
import { inject } from 'vitest';
import { openPostgres } from '../../src/db/client-postgres.ts';
import type { OpenDatabase } from '../../src/db/client.ts';
import { migrate } from '../../src/db/migrate.ts';
import { createDatabase, withDatabase } from './server.ts';

export interface TestDatabase extends OpenDatabase {
  /** For more pools on the same database; null: PGlite, which is one connection in this process. */
  readonly addresses: {
    /** As the service connects. */
    readonly url: string;
    /** Past a pooler, where the project has one. */
    readonly direct: string;
  } | null;
}

/** The files of a new PGlite, made once per worker: to load them takes a quarter of the second that it takes to make them. */
let blank: Promise<Blob> | undefined;

async function makeBlank(): Promise<Blob> {
  const client = await PGlite.create('memory://');
  const files = await client.dumpDataDir('none');
  await client.close();
  return files;
}

async function openMemory(): Promise<OpenDatabase> {
  blank ??= makeBlank();
  const client = await PGlite.create({ dataDir: 'memory://', loadDataDir: await blank });
  return { db: drizzle(client), close: () => client.close() };
}

/** A fresh database of the kind that the project is for. */
export async function openTestDatabase(content: 'migrated' | 'empty' = 'migrated'): Promise<TestDatabase> {
  const server = inject('databaseServer');
  if (server === undefined) {
    const opened = await openMemory();
    if (content === 'migrated') await migrate(opened.db);
    return { ...opened, addresses: null };
  }
  const name = await createDatabase(server, content);
  const addresses = { url: withDatabase(server.url, name), direct: withDatabase(server.direct, name) };
  return { ...(await openPostgres({ url: addresses.url })), addresses };
}
