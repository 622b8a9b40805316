import { pgTable, text } from 'drizzle-orm/pg-core';
import { at } from './columns.ts';

/**
 * Secrets that the service must be able to read again, sealed with AES-256-GCM under a key that the database never sees; the
 * row's id is additional data, so that a sealed text is of no use in another row.
 */
export const secrets = pgTable('secrets', {
  id: text().primaryKey(),
  /** What it is for; one of each. */
  purpose: text().notNull().unique(),
  /** Which of the service's keys it is sealed with. */
  key_id: text().notNull(),
  /** Base64 of nonce (12 bytes), ciphertext and tag (16 bytes). */
  sealed: text().notNull(),
  created_at: at().notNull().defaultNow(),
  /** When it was last sealed anew. */
  sealed_at: at().notNull().defaultNow(),
});
