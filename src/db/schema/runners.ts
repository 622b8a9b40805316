import { boolean, index, json, jsonb, pgTable, text, unique } from 'drizzle-orm/pg-core';
import type { HostFingerprint } from '../../core/host.ts';
import type { TargetOffer } from '../../core/offer.ts';
import { at } from './columns.ts';
import { projects } from './projects.ts';

/** A runner is a host in a project; the row holds what its newest session said. An older session is one whose id stands nowhere. */
export const runners = pgTable(
  'runners',
  {
    id: text().primaryKey(),
    /** Null: shared, serves every project. */
    project_id: text().references(() => projects.id),
    host_id: text().notNull(),
    session_id: text().notNull().unique(),
    session_started_at: at().notNull(),
    fingerprint: jsonb().$type<HostFingerprint>().notNull(),
    fingerprint_digest: text().notNull(),
    version: text().notNull(),
    labels: jsonb().$type<Record<string, string>>().notNull(),
    targets: json().$type<TargetOffer[]>().notNull(),
    offer_keys: text().array().notNull(),
    created_at: at().notNull().defaultNow(),
    last_seen_at: at().notNull(),
    /** When it was noted to have gone silent; null: it is online, as far as webhooks have been told. A new one has not been told of. */
    offline_since: at().defaultNow(),
    /** It finishes what it holds and gets nothing new. */
    draining: boolean().notNull().default(false),
  },
  (t) => [
    unique('runners_project_host').on(t.project_id, t.host_id).nullsNotDistinct(),
    index('runners_seen').on(t.project_id, t.last_seen_at),
  ],
);
