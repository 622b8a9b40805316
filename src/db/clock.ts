import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';

/** The database's clock: the only one that leases know. The start of the transaction. */
export const now = (): SQL<Date> => sql<Date>`now()`;

/** So many seconds from now: a number, or a column that holds one. */
export const inSeconds = (seconds: number | SQLWrapper): SQL<Date> =>
  sql<Date>`now() + make_interval(secs => ${seconds})`;
