import { AsyncLocalStorage } from 'node:async_hooks';
import type { Db, OpenDatabase } from '../../db/client.ts';
import { databasePerRequest } from '../../db/client-per-request.ts';
import { openPostgres } from '../../db/client-postgres.ts';
import { openDatabaseSocket } from './database-socket.ts';
import type { WorkerEnv } from './env.ts';

/**
 * A client of a request's own: Workers let no request use a socket that another opened, and Hyperdrive keeps the pool. One
 * connection, because a request may have six at once, for everything; it is made at the first statement.
 */
export function openRequestDatabase(env: WorkerEnv): Promise<OpenDatabase> {
  return openPostgres({ url: env.HYPERDRIVE.connectionString, max: 1, socket: openDatabaseSocket });
}

/**
 * The one `db` of an app that is made once per isolate: what is asked of it goes to the database of the request that asks
 * (docs/adr/0009-database-per-request.md).
 */
export class RequestDatabase {
  readonly #current = new AsyncLocalStorage<Db>();

  readonly db: Db = databasePerRequest(() => {
    const db = this.#current.getStore();
    if (db === undefined) throw new Error('the database was asked for outside of a request');
    return db;
  });

  /** All that `work` starts, timers and streams included, has `db` for its database. */
  run<T>(db: Db, work: () => T): T {
    return this.#current.run(db, work);
  }
}
