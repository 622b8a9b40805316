import { fileURLToPath } from 'node:url';
import { migrate as applyMigrations } from 'drizzle-orm/postgres-js/migrator';
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import type { Db } from './client.ts';

/** Two levels up in a checkout (src/db) and in a build (dist/db). */
const MIGRATIONS = fileURLToPath(new URL('../../migrations', import.meta.url));

/** Applies the migrations that the database has not seen, in order; all in one transaction, so that a failed one leaves nothing behind. */
export async function migrate(db: Db): Promise<void> {
  // Drizzle's migrators of both drivers are the same few lines over pg-core; only their types differ.
  await applyMigrations(db as unknown as PostgresJsDatabase, { migrationsFolder: MIGRATIONS });
}
