import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';

/** A database of either driver. Only verbs take it; each verb is one transaction: one statement, or `db.transaction`. */
export type Db = PgDatabase<PgQueryResultHKT>;

/** Inside a transaction only this is used: on PGlite, which is one connection, the `Db` would wait for itself. */
export type Tx = Parameters<Parameters<Db['transaction']>[0]>[0];

export interface OpenDatabase {
  readonly db: Db;
  /** Idempotent. */
  readonly close: () => Promise<void>;
}
