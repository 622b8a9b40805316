import { PGBOUNCER, hasPooler } from './pooler.ts';

/** A database that the suites of db and api run on; each makes two vitest projects, `db{suffix}` and `api{suffix}`. */
export interface DatabaseKind {
  readonly suffix: string;
  /** Null: PGlite, which each test file opens for itself. */
  readonly setup: string | null;
  /** Why it cannot be had here; null: it can. */
  readonly missing: string | null;
  /** Each transaction may run on another connection. */
  readonly isPooled?: boolean;
}

export const DATABASE_KINDS: readonly DatabaseKind[] = [
  { suffix: '', setup: null, missing: null },
  { suffix: '-postgres', setup: 'test/databases/embedded.setup.ts', missing: null },
  {
    suffix: '-server',
    setup: 'test/databases/given.setup.ts',
    missing: process.env['TEST_DATABASE_URL']
      ? null
      : 'set TEST_DATABASE_URL to a Postgres server whose role may create databases',
  },
  {
    suffix: '-pgbouncer',
    setup: 'test/databases/pooler.setup.ts',
    missing: hasPooler() ? null : `no PgBouncer at ${PGBOUNCER}: install it, or set BENCHWRIGHT_PGBOUNCER`,
    isPooled: true,
  },
];
