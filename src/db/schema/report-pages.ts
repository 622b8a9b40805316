import { customType, pgTable, text } from 'drizzle-orm/pg-core';
import { at } from './columns.ts';
import { experiments } from './experiments.ts';

/** Bytes, as both drivers give them: a Uint8Array. */
const bytes = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => 'bytea' });

/** The page of an ended experiment, rendered once. It goes with its experiment. */
export const reportPages = pgTable('report_pages', {
  experiment_id: text()
    .primaryKey()
    .references(() => experiments.id, { onDelete: 'cascade' }),
  /** Of the results and the renderer that it was made from: another one makes it anew. */
  made_from: text().notNull(),
  html_gzip: bytes().notNull(),
  headers: text().notNull(),
  rendered_at: at().notNull().defaultNow(),
});
