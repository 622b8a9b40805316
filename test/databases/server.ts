import { randomBytes } from 'node:crypto';
import postgres from 'postgres';
import { openPostgres } from '../../src/db/client-postgres.ts';
import { migrate } from '../../src/db/migrate.ts';

/** A Postgres server that the global setup of a vitest project has ready for the tests of that project. */
export interface DatabaseServer {
  /** Straight to the server: for making databases, and for tests that look at the server itself. */
  readonly direct: string;
  /** What the service connects to: the same, or a pooler in front of it. */
  readonly url: string;
  /** Begins the name of each database of the run; `{prefix}_template` is migrated and there to be cloned. */
  readonly prefix: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    /** Absent: the tests of the project run on PGlite. */
    readonly databaseServer?: DatabaseServer;
    /** Why the project cannot run on this machine. */
    readonly missing?: string;
  }
}

/** The address of another database of the same server. */
export function withDatabase(url: string, name: string): string {
  const address = new URL(url);
  address.pathname = `/${name}`;
  return address.href;
}

/** A statement that no transaction may hold, such as CREATE DATABASE. */
async function administer(direct: string, statement: string): Promise<postgres.RowList<postgres.Row[]>> {
  const server = postgres(direct, { max: 1, fetch_types: false, onnotice: () => {} });
  try {
    return await server.unsafe(statement);
  } finally {
    await server.end();
  }
}

/** Makes the template. Cloning it takes a tenth of a second; migrating each test file's database would take longer. */
export async function prepareServer(addresses: Pick<DatabaseServer, 'direct' | 'url'>): Promise<DatabaseServer> {
  const prefix = `benchwright_test_${randomBytes(4).toString('hex')}`;
  const template = `${prefix}_template`;
  await administer(addresses.direct, `CREATE DATABASE ${template}`);
  const { db, close } = await openPostgres({ url: withDatabase(addresses.direct, template) });
  try {
    await migrate(db);
  } finally {
    await close();
  }
  return { ...addresses, prefix };
}

/** Drops every database of the run, whoever is still connected. */
export async function dropDatabases({ direct, prefix }: DatabaseServer): Promise<void> {
  const names = await administer(direct, `SELECT datname FROM pg_database WHERE datname LIKE '${prefix}\\_%'`);
  for (const { datname } of names) await administer(direct, `DROP DATABASE ${datname} WITH (FORCE)`);
}

/** A new database, migrated or empty; returns its name. It goes with the run. */
export async function createDatabase(server: DatabaseServer, content: 'migrated' | 'empty'): Promise<string> {
  const name = `${server.prefix}_${randomBytes(6).toString('hex')}`;
  const template = content === 'migrated' ? ` TEMPLATE ${server.prefix}_template` : '';
  await administer(server.direct, `CREATE DATABASE ${name}${template}`);
  return name;
}
