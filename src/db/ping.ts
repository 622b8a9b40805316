import { sql } from 'drizzle-orm';
import type { Db } from './client.ts';

/** Returns when the database answers; throws what the driver throws when it does not. */
export async function ping(db: Db): Promise<void> {
  await db.execute(sql`SELECT 1`);
}
