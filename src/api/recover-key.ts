import { randomBytes } from 'node:crypto';
import { uuidv7 } from 'uuidv7';
import { formatKey, KEY_RANDOM_BYTES } from '../core/key-format.ts';
import { type DatabaseOptions, openDatabase } from './open-database.ts';
import { storeOperatorKey } from './operator-key.ts';

/**
 * A new operator key in the database of a service whose keys are lost; the others stay. The embedded database is locked
 * by a service that runs: stop it first. Errors: `StartError`, `DataDirError`.
 */
export async function recoverOperatorKey(options: DatabaseOptions): Promise<string> {
  const database = await openDatabase(options);
  try {
    const text = formatKey('operator', randomBytes(KEY_RANDOM_BYTES));
    await storeOperatorKey({ db: database.db, uuid: uuidv7 }, text, 'recovered');
    return text;
  } finally {
    await database.close();
  }
}
