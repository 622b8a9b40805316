import type { PgDatabase, PgQueryResultHKT, PgTransaction } from 'drizzle-orm/pg-core';

/** A database of either driver. Only verbs take it; each verb is one transaction. */
export type Db = PgDatabase<PgQueryResultHKT, Record<string, never>>;

/** Inside a transaction only this is used: on PGlite, which is one connection, the `Db` would wait for itself. */
export type Tx = PgTransaction<PgQueryResultHKT, Record<string, never>, Record<string, never>>;

export interface OpenDatabase {
  readonly db: Db;
  /** Idempotent. */
  close(): Promise<void>;
}
