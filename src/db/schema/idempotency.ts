import { sql } from 'drizzle-orm';
import { check, index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { at, isDigest } from './columns.ts';
import { projects } from './projects.ts';

/** Answers to requests that carried an `Idempotency-Key`, kept for 24 hours; written in the transaction that did the work. */
export const idempotency = pgTable(
  'idempotency',
  {
    project_id: text()
      .notNull()
      .references(() => projects.id, { onDelete: 'cascade' }),
    /** Method and path: a key is one request's, not the client's. */
    operation: text().notNull(),
    key: text().notNull(),
    /** SHA-256 of the raw body, hex. */
    body_digest: text().notNull(),
    status: integer().notNull(),
    headers: jsonb().$type<Record<string, string>>().notNull(),
    body: text().notNull(),
    created_at: at().notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.project_id, t.operation, t.key] }),
    /** What the prune reads. */
    index('idempotency_oldest').on(t.created_at),
    check('idempotency_digest', isDigest(t.body_digest)),
    check('idempotency_status', sql`${t.status} between 200 and 299`),
  ],
);
