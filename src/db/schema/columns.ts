import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import { timestamp } from 'drizzle-orm/pg-core';

/** A point in time. Milliseconds, as JavaScript has them: a cursor that went through a Date finds its row again. */
export const at = () => timestamp({ withTimezone: true, precision: 3 });

/** `column in ('a', 'b')` for a CHECK; the values are constants of core. */
export function oneOf(column: SQLWrapper, values: readonly string[]): SQL {
  return sql`${column} in (${sql.raw(values.map((value) => `'${value}'`).join(', '))})`;
}

/** A SHA-256 in lower-case hex. */
export function isDigest(column: SQLWrapper): SQL {
  return sql`${column} ~ '^[0-9a-f]{64}$'`;
}
