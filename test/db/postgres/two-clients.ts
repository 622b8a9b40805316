import { afterAll, beforeAll } from 'vitest';
import type { Db, OpenDatabase } from '../../../src/db/client.ts';
import { openPostgres } from '../../../src/db/client-postgres.ts';
import { useDatabase } from '../database.ts';

export interface TwoClients {
  /** Two services: pools of their own on one database. */
  readonly one: Db;
  readonly two: Db;
  /** The server's own address, past any pooler. */
  readonly direct: string;
}

/** A fresh database for the test file, with two clients. */
export function useTwoClients(): TwoClients {
  const database = useDatabase();
  let other: OpenDatabase | undefined;
  const addresses = () => {
    if (database.addresses === null) throw new Error('two clients need a Postgres server');
    return database.addresses;
  };
  beforeAll(async () => {
    other = await openPostgres({ url: addresses().url });
  });
  afterAll(() => other?.close());
  return {
    get one() {
      return database.db;
    },
    get two() {
      if (!other) throw new Error('the database is open only while tests run');
      return other.db;
    },
    get direct() {
      return addresses().direct;
    },
  };
}
