import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { END_REASONS, JOB_STATES } from '../../core/job.ts';
import { at } from './columns.ts';
import { experiments } from './experiments.ts';
import { projects } from './projects.ts';
import { runners } from './runners.ts';
import { isFinal, isJobState, isLive, reasonFits } from './states.ts';

export const jobs = pgTable(
  'jobs',
  {
    id: text().primaryKey(),
    experiment_id: text()
      .notNull()
      .unique()
      .references(() => experiments.id, { onDelete: 'cascade' }),
    project_id: text()
      .notNull()
      .references(() => projects.id),
    state: text({ enum: JOB_STATES }).notNull().default('queued'),
    reason: text({ enum: END_REASONS }),
    needs: text().array().notNull(),
    runner_labels: jsonb().$type<Record<string, string>>().notNull(),
    timeout_s: doublePrecision().notNull(),
    queue_timeout_s: doublePrecision().notNull(),
    /** Trials of one generation come from one host; a claim by another host begins the next. */
    generation: integer().notNull().default(1),
    /** Claims so far. */
    attempt: integer().notNull().default(0),
    /** Earlier claims that stored no new trial. */
    fruitless_attempts: integer().notNull().default(0),
    /** The latest claim has stored no new trial so far, and was not given back. */
    attempt_fruitless: boolean().notNull().default(false),
    created_at: at().notNull().defaultNow(),
    /** When it last came to the queue. */
    queued_at: at().notNull().defaultNow(),
    claimed_at: at(),
    attempt_started_at: at(),
    /** The first start, from which the deadline counts. */
    started_at: at(),
    deadline_at: at(),
    ended_at: at(),
    runner_id: text().references(() => runners.id, { onDelete: 'set null' }),
    /** Of the latest claim, also when its runner is no more: decides whether the next one starts a generation. */
    host_id: text(),
    /** Of the latest claim. It outlives expiry: until the next claim its holder may come back. Null: never claimed, or given back. */
    lease_id: text().unique(),
    lease_expires_at: at(),
    /** Null while live: a newer session took the job over and has not claimed it yet. */
    claim_key: text(),
  },
  (t) => [
    index('jobs_queue')
      .on(t.project_id, t.created_at, t.id)
      .where(sql`${t.state} = 'queued'`),
    uniqueIndex('jobs_one_live_per_runner').on(t.runner_id).where(isLive(t.state)),
    /** Expiry reads all of these, each second: they are few, whatever has piled up behind them. */
    index('jobs_unended')
      .on(t.id)
      .where(sql`${t.ended_at} is null`),
    check('jobs_state', isJobState(t.state)),
    check('jobs_reason', reasonFits(t.state, t.reason)),
    check('jobs_ended', sql`(${t.ended_at} is not null) = (${isFinal(t.state)})`),
    check('jobs_lease', sql`(${t.lease_expires_at} is not null) = (${isLive(t.state)})`),
    check(
      'jobs_held',
      sql`not (${isLive(t.state)}) or (${t.lease_id} is not null and ${t.runner_id} is not null and ${t.host_id} is not null and ${t.claimed_at} is not null and ${t.attempt} > 0)`,
    ),
    check('jobs_succeeded', sql`${t.state} <> 'succeeded' or ${t.started_at} is not null`),
    check('jobs_running', sql`${t.state} <> 'running' or ${t.attempt_started_at} is not null`),
    check('jobs_claimed', sql`${t.state} <> 'claimed' or ${t.attempt_started_at} is null`),
    check('jobs_started', sql`${t.attempt_started_at} is null or ${t.started_at} is not null`),
    check('jobs_deadline', sql`(${t.started_at} is null) = (${t.deadline_at} is null)`),
    check('jobs_needs', sql`cardinality(${t.needs}) > 0`),
    check('jobs_timeouts', sql`${t.timeout_s} > 0 and ${t.queue_timeout_s} > 0`),
    check(
      'jobs_attempts',
      sql`${t.generation} >= 1 and ${t.attempt} >= 0 and ${t.fruitless_attempts} between 0 and ${t.attempt}`,
    ),
  ],
);
export type JobRow = typeof jobs.$inferSelect;
