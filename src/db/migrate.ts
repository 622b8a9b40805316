import type { Db } from './client.ts';

/** Applies the migrations that the database has not seen, in order. */
export async function migrate(db: Db): Promise<void> {
  throw new Error(String(db));
}
