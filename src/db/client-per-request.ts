import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import type { Sql } from 'postgres';
import type { Db } from './client.ts';

/** What Drizzle sets there, it has set on the client of each database itself. */
const OPTIONS = { parsers: {}, serializers: {} };

/**
 * One database that lives on, for verbs and for the statements that they build once, while what they send goes each time to the
 * client of the database (of `openPostgres`) that `current` gives then.
 */
export function databasePerRequest(current: () => Db): Db {
  const clientNow = (): Sql => (current() as unknown as PostgresJsDatabase & { $client: Sql }).$client;
  // A function, as postgres.js's own client is: Drizzle takes an object for its configuration.
  const standIn = new Proxy(() => undefined, {
    get(_target, name): unknown {
      if (name === 'options') return OPTIONS;
      const client = clientNow();
      const value: unknown = Reflect.get(client, name);
      return typeof value === 'function' ? (value.bind(client) as unknown) : value;
    },
  });
  return drizzle(standIn as unknown as Sql);
}
