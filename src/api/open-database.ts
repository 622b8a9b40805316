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
}

/** The address without the password that it may hold. */
function unreachable(databaseUrl: string, cause: unknown): StartError {
  const host = URL.canParse(databaseUrl) ? new URL(databaseUrl).host : 'the address given';
  const message = `the database at ${host} cannot be reached: check DATABASE_URL and that it runs`;
  return new StartError('database-unreachable', message, { cause });
}

/** Opens and migrates the database. Errors: `StartError`, `DataDirError`; then nothing is left open. */
export async function openDatabase({ databaseUrl, dataDir, lease_s }: DatabaseOptions): Promise<OpenDatabase> {
  const database =
    databaseUrl === undefined
      ? await openPglite({ dataDir, lease_s })
      : await openPostgres({ url: databaseUrl, lease_s });
  try {
    await migrate(database.db);
    return database;
  } catch (error) {
    await database.close();
    throw databaseUrl !== undefined && isDatabaseAway(error) ? unreachable(databaseUrl, error) : error;
  }
}
