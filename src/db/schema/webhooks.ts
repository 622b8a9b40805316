import { sql } from 'drizzle-orm';
import { bigint, check, index, integer, json, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { OutboundEvent } from '../../core/outbound-event.ts';
import { at, oneOf } from './columns.ts';
import { experiments } from './experiments.ts';
import { hooks } from './hooks.ts';
import { projects } from './projects.ts';

/** An address of the user's that is told what happens. */
export const webhooks = pgTable(
  'webhooks',
  {
    id: text().primaryKey(),
    project_id: text()
      .notNull()
      .references(() => projects.id),
    url: text().notNull(),
    description: text().notNull().default(''),
    /** Of OUTBOUND_EVENTS. */
    events: text().array().$type<OutboundEvent[]>().notNull(),
    created_at: at().notNull().defaultNow(),
    /** By its owner, or by its own answer 410. */
    disabled_at: at(),
    disabled_reason: text({ enum: ['owner', 'gone'] }),
    /** During a rotation the one before is signed with, too, until then. Secrets: `webhook/{id}/current`, `webhook/{id}/previous`. */
    previous_until: at(),
  },
  (t) => [
    index('webhooks_project').on(t.project_id, t.id),
    check('webhooks_disabled', sql`(${t.disabled_at} is null) = (${t.disabled_reason} is null)`),
  ],
);

export const DELIVERY_KINDS = ['webhook', 'commit-status', 'comment'] as const;
export const DELIVERY_STATES = ['pending', 'succeeded', 'failed', 'dropped'] as const;

/**
 * The outbox: what is to be sent, written in the transaction of the change that it tells of. Sent at least once, under one id. A
 * lease keeps two senders from sending it at once; whoever holds it holds no transaction.
 */
export const deliveries = pgTable(
  'deliveries',
  {
    id: text().primaryKey(),
    /** Of two changes of one experiment, which wait for each other's lock, the later one has the greater. No clock tells that for sure. */
    seq: bigint({ mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    project_id: text()
      .notNull()
      .references(() => projects.id),
    kind: text({ enum: DELIVERY_KINDS }).notNull(),
    /** Of the kind `webhook`. */
    webhook_id: text().references(() => webhooks.id, { onDelete: 'cascade' }),
    /** Of the others: whose token and address are used. */
    hook_id: text().references(() => hooks.id, { onDelete: 'cascade' }),
    event: text().notNull(),
    experiment_id: text().references(() => experiments.id, { onDelete: 'cascade' }),
    /** Of commit statuses and comments: commit or pull request. A later one about the same takes the place of those before it. */
    subject: text(),
    payload: json().$type<Record<string, unknown>>().notNull(),
    created_at: at().notNull().defaultNow(),
    state: text({ enum: DELIVERY_STATES }).notNull().default('pending'),
    attempts: integer().notNull().default(0),
    /** Null: no more attempts. */
    next_attempt_at: at().defaultNow(),
    leased_until: at(),
    ended_at: at(),
  },
  (t) => [
    index('deliveries_due')
      .on(t.next_attempt_at, t.id)
      .where(sql`${t.state} = 'pending'`),
    index('deliveries_of_webhook').on(t.webhook_id, t.seq),
    index('deliveries_of_hook')
      .on(t.hook_id, t.kind, t.subject, t.seq)
      .where(sql`${t.hook_id} is not null`),
    /** Who deletes an experiment takes these along. */
    index('deliveries_of_experiment').on(t.experiment_id),
    index('deliveries_oldest').on(t.created_at),
    check('deliveries_kind', oneOf(t.kind, DELIVERY_KINDS)),
    check('deliveries_state', oneOf(t.state, DELIVERY_STATES)),
    check(
      'deliveries_to',
      sql`case ${t.kind} when 'webhook' then ${t.webhook_id} is not null else ${t.hook_id} is not null end`,
    ),
    check('deliveries_subject', sql`(${t.subject} is null) = (${t.kind} = 'webhook')`),
    check('deliveries_ended', sql`(${t.ended_at} is null) = (${t.state} = 'pending')`),
    check('deliveries_next', sql`(${t.next_attempt_at} is null) = (${t.state} <> 'pending')`),
  ],
);

/** Every attempt, with what came of it. */
export const deliveryAttempts = pgTable(
  'delivery_attempts',
  {
    delivery_id: text()
      .notNull()
      .references(() => deliveries.id, { onDelete: 'cascade' }),
    n: integer().notNull(),
    at: at().notNull().defaultNow(),
    /** Null: no answer came. */
    status: integer(),
    /** Why there was none; null where one came. */
    error: text(),
    duration_ms: integer().notNull(),
    /** The beginning of the answer's body. */
    answer: text().notNull().default(''),
  },
  (t) => [primaryKey({ columns: [t.delivery_id, t.n] })],
);
