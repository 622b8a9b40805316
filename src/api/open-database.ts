import { openPglite } from '../db/client-pglite.ts';
import { openPostgres } from '../db/client-postgres.ts';
import type { OpenDatabase } from '../db/client.ts';
import { migrate } from '../db/migrate.ts';
import { isDatabaseAway } from './faults.ts';
import { StartError } from './start-error.ts';

export interface DatabaseOptions {
  /** The embedded database lives here, unless `databaseUrl` is given. */
  readonly dataDir: string;
  readonly databaseUrl?: string | undefined;
  /** Length of leases; default: the protocol's. */
  readonly lease_s?: number | undefined;
  /** Within which a Postgres answers a statement; default: 10 s. */
  readonly answer_ms?: number | undefined;
}

/** The address without the password that it may hold. */
function unreachable(databaseUrl: string, cause: unknown): StartError {
  const host = URL.canParse(databaseUrl) ? new URL(databaseUrl).host : 'the address given';
  const message = `the database at ${host} cannot be reached: check DATABASE_URL and that it runs`;
  return new StartError('database-unreachable', message, { cause });
}

/** On a connection of its own: a migration of a large table takes as long as it takes, and services that start at once wait for it. */
async function migratePostgres(url: string): Promise<void> {
  const { db, close } = await openPostgres({ url, max: 1, answer_ms: null });
  try {
    await migrate(db);
  } catch (error) {
    throw isDatabaseAway(error) ? unreachable(url, error) : error;
  } finally {
    await close();
  }
}

/** Opens and migrates the database. Errors: `StartError`, `DataDirError`; then nothing is left open. */
export async function openDatabase(options: DatabaseOptions): Promise<OpenDatabase> {
  const { databaseUrl, dataDir, lease_s, answer_ms } = options;
  if (databaseUrl !== undefined) {
    await migratePostgres(databaseUrl);
    return openPostgres({ url: databaseUrl, lease_s, answer_ms });
  }
  const database = await openPglite({ dataDir, lease_s });
  try {
    await migrate(database.db);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}
