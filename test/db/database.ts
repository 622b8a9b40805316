import { afterAll, beforeAll } from 'vitest';
import { type TestDatabase, openTestDatabase } from '../databases/open.ts';

/** A fresh, migrated database for the test file (or `describe`) that calls this; closed after it. */
export function useDatabase(): Pick<TestDatabase, 'db' | 'addresses'> {
  let opened: TestDatabase | undefined;
  beforeAll(async () => {
    opened = await openTestDatabase();
  });
  afterAll(() => opened?.close());
  const database = () => {
    if (!opened) throw new Error('the database is open only while tests run');
    return opened;
  };
  return {
    get db() {
      return database().db;
    },
    get addresses() {
      return database().addresses;
    },
  };
}
