import { sql } from 'drizzle-orm';
import { check, index, integer, pgTable, text, unique } from 'drizzle-orm/pg-core';
import { at, isDigest, oneOf } from './columns.ts';
import { experiments } from './experiments.ts';
import { jobs } from './jobs.ts';

export const TRIAL_STATES = ['ok', 'error', 'skipped'] as const;

/** Written once, never changed. */
export const trials = pgTable(
  'trials',
  {
    id: text().primaryKey(),
    experiment_id: text()
      .notNull()
      .references(() => experiments.id, { onDelete: 'cascade' }),
    job_id: text()
      .notNull()
      .references(() => jobs.id, { onDelete: 'cascade' }),
    generation: integer().notNull(),
    attempt: integer().notNull(),
    cell: text().notNull(),
    block: integer().notNull(),
    run: integer().notNull(),
    /** Place in the schedule, from 1; what views sort by, then by run. */
    position: integer().notNull(),
    state: text({ enum: TRIAL_STATES }).notNull(),
    digest: text().notNull(),
    /** The exact text that the runner sent: the digest is over its bytes, which jsonb would not keep. */
    body: text().notNull(),
    /** What results need of the body, as JSON text, made when it was stored; null: not made (by this summariser). */
    summary: text(),
    summary_version: integer(),
    stored_at: at().notNull().defaultNow(),
  },
  (t) => [
    unique('trials_once').on(t.job_id, t.generation, t.cell, t.block, t.run),
    index('trials_in_order').on(t.experiment_id, t.generation, t.position, t.run),
    check('trials_state', oneOf(t.state, TRIAL_STATES)),
    check('trials_digest', isDigest(t.digest)),
    check(
      'trials_place',
      sql`${t.generation} >= 1 and ${t.attempt} >= 1 and ${t.block} >= 1 and ${t.run} in (1, 2) and ${t.position} >= 1`,
    ),
  ],
);
