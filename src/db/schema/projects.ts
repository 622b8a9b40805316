import { sql } from 'drizzle-orm';
import { check, integer, pgTable, text } from 'drizzle-orm/pg-core';
import { at, isDigest, oneOf } from './columns.ts';

export const KEY_TYPES = ['user', 'runner', 'operator'] as const;

/** Experiments of a project that may wait at once, unless the operator says otherwise: a loop that submits is stopped, a matrix of pull requests is not. */
export const DEFAULT_MAX_QUEUED = 1000;

/** Owns experiments, keys and runners; nothing of one is visible to another. */
export const projects = pgTable(
  'projects',
  {
    id: text().primaryKey(),
    name: text().notNull().unique(),
    created_at: at().notNull().defaultNow(),
    max_queued: integer().notNull().default(DEFAULT_MAX_QUEUED),
    /** Days after its end for which an experiment is kept; null: for ever. */
    retention_days: integer(),
    /** When a shared runner last took a job of it: shared runners take turns between projects. */
    last_claimed_at: at(),
  },
  (t) => [
    check('projects_max_queued', sql`${t.max_queued} >= 0`),
    check('projects_retention', sql`${t.retention_days} is null or ${t.retention_days} > 0`),
  ],
);

export const keys = pgTable(
  'keys',
  {
    id: text().primaryKey(),
    project_id: text()
      .notNull()
      .references(() => projects.id),
    name: text().notNull(),
    type: text({ enum: KEY_TYPES }).notNull(),
    scopes: text().array().notNull(),
    prefix: text().notNull(),
    last_four: text().notNull(),
    /** SHA-256 of the key, hex. The key itself is never stored. */
    hash: text().notNull().unique(),
    created_at: at().notNull().defaultNow(),
    expires_at: at(),
    last_used_at: at(),
    revoked_at: at(),
  },
  (t) => [
    check('keys_type', oneOf(t.type, KEY_TYPES)),
    check('keys_hash', isDigest(t.hash)),
    check('keys_last_four', sql`length(${t.last_four}) = 4`),
  ],
);

/** At most one row, ever: whoever inserts it has made the first operator key. */
export const firstOperator = pgTable(
  'first_operator',
  {
    singleton: integer().primaryKey().default(1),
    /** Not a reference: the row comes before project and key, so that of two callers one waits here and then makes nothing. */
    key_id: text().notNull(),
    created_at: at().notNull().defaultNow(),
  },
  (t) => [check('first_operator_singleton', sql`${t.singleton} = 1`)],
);
