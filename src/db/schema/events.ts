import { check, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { at, oneOf } from './columns.ts';
import { experiments } from './experiments.ts';

export const EVENT_TYPES = [
  'queued',
  'claimed',
  'started',
  'trial-stored',
  'requeued',
  'lease-revived',
  'cancel-requested',
  'succeeded',
  'failed',
  'canceled',
  'judged',
] as const;

/** The life of an experiment as a list, only ever appended to. */
export const events = pgTable(
  'events',
  {
    experiment_id: text()
      .notNull()
      .references(() => experiments.id, { onDelete: 'cascade' }),
    seq: integer().notNull(),
    type: text({ enum: EVENT_TYPES }).notNull(),
    data: jsonb().$type<Record<string, unknown>>().notNull(),
    at: at().notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.experiment_id, t.seq] }), check('events_type', oneOf(t.type, EVENT_TYPES))],
);
