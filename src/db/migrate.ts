import { fileURLToPath } from 'node:url';
import { type SQL, desc, sql } from 'drizzle-orm';
import { type MigrationMeta, readMigrationFiles } from 'drizzle-orm/migrator';
import { bigint, pgSchema, serial, text } from 'drizzle-orm/pg-core';
import type { Db, Tx } from './client.ts';
import { isCausedBy } from './error-causes.ts';

/** Two levels up in a checkout (src/db) and in a build (dist/db). */
const MIGRATIONS = fileURLToPath(new URL('../../migrations', import.meta.url));

/** Drizzle's own journal, under its own names: other tools of Drizzle read it. */
const journalSchema = pgSchema('drizzle');
const journal = journalSchema.table('__drizzle_migrations', {
  id: serial().primaryKey(),
  hash: text().notNull(),
  created_at: bigint({ mode: 'number' }),
});
const MAKE_JOURNAL: readonly SQL[] = [
  sql`CREATE SCHEMA IF NOT EXISTS drizzle`,
  sql`CREATE TABLE IF NOT EXISTS drizzle.__drizzle_migrations (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at bigint)`,
];

/**
 * Applies the migrations that the database has not seen, in order, in one transaction, so that a failed one leaves nothing behind.
 * Services that start at once take turns: the journal is locked for the transaction, by nothing that a pooler would lose. Returns how
 * many were new.
 */
export async function migrate(db: Db, folder: string = MIGRATIONS): Promise<number> {
  const migrations = readMigrationFiles({ migrationsFolder: folder });
  for (const statement of MAKE_JOURNAL) await makeUnlessThere(db, statement);
  return db.transaction(async (tx) => {
    // The role may have one (docs/deploy.md), for statements of requests.
    await tx.execute(sql`SET LOCAL statement_timeout = 0`);
    await tx.execute(sql`LOCK TABLE ${journal} IN SHARE ROW EXCLUSIVE MODE`);
    const last = await lastApplied(tx);
    const unseen = migrations.filter((migration) => migration.folderMillis > last);
    for (const migration of unseen) await apply(tx, migration);
    return unseen.length;
  });
}

/** IF NOT EXISTS does not see what another transaction is about to make; it waits for that, and fails with what it found. */
async function makeUnlessThere(db: Db, statement: SQL): Promise<void> {
  try {
    await db.execute(statement);
  } catch (error) {
    if (!isThereAlready(error)) throw error;
  }
}

/** What Postgres says of a schema, a table, a type, and of any object whose name another transaction has just taken. */
const THERE_ALREADY = new Set(['42P06', '42P07', '42710', '23505']);

function isThereAlready(error: unknown): boolean {
  return isCausedBy(error, ({ code }) => typeof code === 'string' && THERE_ALREADY.has(code));
}

/** When the newest applied migration was made, in milliseconds since 1970: drizzle-kit's order of migrations. */
async function lastApplied(tx: Tx): Promise<number> {
  const [last] = await tx.select({ made: journal.created_at }).from(journal).orderBy(desc(journal.created_at)).limit(1);
  return last?.made ?? 0;
}

async function apply(tx: Tx, { sql: statements, hash, folderMillis }: MigrationMeta): Promise<void> {
  for (const statement of statements) await tx.execute(sql.raw(statement));
  await tx.insert(journal).values({ hash, created_at: folderMillis });
}
