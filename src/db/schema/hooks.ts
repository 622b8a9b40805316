import { sql } from 'drizzle-orm';
import { boolean, check, index, integer, json, jsonb, pgTable, primaryKey, text, unique } from 'drizzle-orm/pg-core';
import type { HookChange, HookEventKind } from '../../core/hook/hook-change.ts';
import { PROVIDERS } from '../../core/origin.ts';
import { at, isDigest, oneOf } from './columns.ts';
import { projects } from './projects.ts';

export const COMMENT_WHEN = ['never', 'failure', 'always'] as const;

/** An address that a code host sends its events to, and what is run for which of them. */
export const hooks = pgTable(
  'hooks',
  {
    id: text().primaryKey(),
    project_id: text()
      .notNull()
      .references(() => projects.id),
    name: text().notNull(),
    provider: text({ enum: PROVIDERS }).notNull(),
    /** `owner/name`; an event of another repository starts nothing. Null: of any (generic). */
    repo: text(),
    /** Of push, pull-request, generic. */
    events: text().array().$type<HookEventKind[]>().notNull(),
    /** Patterns with `*`; of a pull request for the branch it goes to. */
    branches: text().array().notNull(),
    /** A spec with `{{…}}` in its strings, parsed, not text. */
    template: json().$type<Record<string, unknown>>().notNull(),
    /** Where commit statuses and comments are sent, e.g. `https://api.github.com`; null: nowhere. */
    api_url: text(),
    comment: text({ enum: COMMENT_WHEN }).notNull().default('failure'),
    /** The secrets are in `secrets`, with the purposes `hook/{id}/secret`, `hook/{id}/previous` and `hook/{id}/token`. */
    has_token: boolean().notNull().default(false),
    created_at: at().notNull().defaultNow(),
    disabled_at: at(),
    /** Until then what is signed with the secret before the current one is taken, too. */
    previous_until: at(),
  },
  (t) => [
    unique('hooks_name').on(t.project_id, t.name),
    check('hooks_provider', oneOf(t.provider, PROVIDERS)),
    check('hooks_comment', oneOf(t.comment, COMMENT_WHEN)),
  ],
);

export const HOOK_OUTCOMES = [
  'started',
  'ignored',
  'waiting-approval',
  'canceled',
  'stale',
  'invalid',
  'pong',
] as const;

/**
 * Events as they came in, kept for 30 days: also what a delivery that comes twice is known by. Experiments are named, not referred to: who
 * deletes one would else lock what an event holds that waits for that very experiment.
 */
export const hookDeliveries = pgTable(
  'hook_deliveries',
  {
    id: text().primaryKey(),
    hook_id: text()
      .notNull()
      .references(() => hooks.id, { onDelete: 'cascade' }),
    /** As the code host names it. */
    delivery_key: text().notNull(),
    /** SHA-256 of the raw body, hex. */
    body_digest: text().notNull(),
    event: text().notNull(),
    received_at: at().notNull().defaultNow(),
    outcome: text({ enum: HOOK_OUTCOMES }).notNull(),
    /** One line for people. */
    says: text().notNull(),
    experiment_id: text(),
    pull_request: integer(),
    head_sha: text(),
  },
  (t) => [
    unique('hook_deliveries_key').on(t.hook_id, t.delivery_key),
    unique('hook_deliveries_body').on(t.hook_id, t.body_digest),
    index('hook_deliveries_newest').on(t.hook_id, t.received_at, t.id),
    index('hook_deliveries_oldest').on(t.received_at),
    index('hook_deliveries_waiting')
      .on(t.hook_id, t.pull_request)
      .where(sql`${t.outcome} = 'waiting-approval'`),
    check('hook_deliveries_outcome', oneOf(t.outcome, HOOK_OUTCOMES)),
    check('hook_deliveries_digest', isDigest(t.body_digest)),
  ],
);

/** What is known of a pull request: its row lock puts its events in order. */
export const pullRequests = pgTable(
  'pull_requests',
  {
    hook_id: text()
      .notNull()
      .references(() => hooks.id, { onDelete: 'cascade' }),
    repo: text().notNull(),
    number: integer().notNull(),
    /** Of the newest event, by the code host's clock: an older one starts nothing. */
    updated_at: at().notNull(),
    is_open: boolean().notNull(),
    fork: boolean().notNull(),
    head_sha: text().notNull(),
    /** Null: the code host does not tell. */
    base_sha: text(),
    branch: text(),
    /** The commit that may run though it comes from a fork. */
    approved_sha: text(),
    /** Of `head_sha`; null: nothing was started for it. It may have been deleted since. */
    experiment_id: text(),
    /** What is needed to start it when it is approved. */
    waiting: jsonb().$type<HookChange>(),
    /** The sticky comment, as the code host names it; null: none yet. */
    comment_id: text(),
  },
  (t) => [
    primaryKey({ columns: [t.hook_id, t.repo, t.number] }),
    index('pull_requests_closed')
      .on(t.updated_at)
      .where(sql`not ${t.is_open}`),
    check('pull_requests_number', sql`${t.number} > 0`),
    check(
      'pull_requests_waiting',
      sql`${t.waiting} is null or (${t.is_open} and ${t.fork} and ${t.experiment_id} is null)`,
    ),
  ],
);
