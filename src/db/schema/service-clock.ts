import { sql } from 'drizzle-orm';
import { check, integer, pgTable } from 'drizzle-orm/pg-core';
import { at } from './columns.ts';

/** One row: when the service last looked at its leases. Time in which it did not look does not count against a runner. */
export const serviceClock = pgTable(
  'service_clock',
  {
    singleton: integer().primaryKey().default(1),
    service_seen_at: at().notNull(),
    /** When it last came back after it had not looked for a while: until runners have had time to be heard again, silence says nothing. */
    back_at: at().notNull().defaultNow(),
  },
  (t) => [check('service_clock_singleton', sql`${t.singleton} = 1`)],
);
