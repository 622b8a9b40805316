import { deleteSecret } from '../db/secrets.ts';
import { type DatabaseOptions, openDatabase } from './open-database.ts';
import { SHARE_LINKS } from './service-secrets.ts';

/**
 * Ends every share link of a service that is stopped: one that runs would go on signing with the secret that it has in memory. The
 * key that it was sealed with is not needed. Returns whether there were any to end. Errors: `StartError`, `DataDirError`.
 */
export async function endLinks(options: DatabaseOptions): Promise<boolean> {
  const database = await openDatabase(options);
  try {
    return await deleteSecret(database.db, SHARE_LINKS);
  } finally {
    await database.close();
  }
}
