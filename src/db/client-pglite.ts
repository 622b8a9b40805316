import path from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { drizzle } from 'drizzle-orm/pglite';
import type { OpenDatabase } from './client.ts';
import { type DataDirLock, lockDataDir } from './data-dir-lock.ts';
import { leaseSettings } from './lease-terms.ts';

/** PGlite's own name for a database that is gone with its process. */
const IN_MEMORY = 'memory://';

/**
 * Opens the embedded database in `{dataDir}/db`, under a lock on `dataDir`; `memory://` has neither folder nor lock.
 * Errors: `DataDirError` (in use, not writable), one line with the remedy.
 */
export async function openPglite(options: {
  readonly dataDir: string;
  /** Length of leases; default: the protocol's. */
  readonly lease_s?: number | undefined;
}): Promise<OpenDatabase> {
  const { dataDir, lease_s } = options;
  if (dataDir === IN_MEMORY) return open(IN_MEMORY, null, lease_s);
  const lock = lockDataDir(dataDir);
  try {
    return await open(path.join(dataDir, 'db'), lock, lease_s);
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function open(location: string, lock: DataDirLock | null, lease_s: number | undefined): Promise<OpenDatabase> {
  const client = await PGlite.create(location);
  for (const [name, value] of Object.entries(leaseSettings(lease_s)))
    await client.query('SELECT set_config($1, $2, false)', [name, value]);
  let closing: Promise<void> | null = null;
  const close = async () => {
    await client.close();
    lock?.release();
  };
  return { db: drizzle(client), close: () => (closing ??= close()) };
}
