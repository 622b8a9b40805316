import path from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { drizzle } from 'drizzle-orm/pglite';
import type { OpenDatabase } from './client.ts';
import { type DataDirLock, lockDataDir } from './data-dir-lock.ts';

/** PGlite's own name for a database that is gone with its process. */
const IN_MEMORY = 'memory://';

/**
 * Opens the embedded database in `{dataDir}/db`, under a lock on `dataDir`; `memory://` has neither folder nor lock.
 * Errors: `DataDirError` (in use, not writable), one line with the remedy.
 */
export async function openPglite({ dataDir }: { readonly dataDir: string }): Promise<OpenDatabase> {
  if (dataDir === IN_MEMORY) return open(IN_MEMORY, null);
  const lock = lockDataDir(dataDir);
  try {
    return await open(path.join(dataDir, 'db'), lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function open(location: string, lock: DataDirLock | null): Promise<OpenDatabase> {
  const client = await PGlite.create(location);
  let closing: Promise<void> | null = null;
  const close = async () => {
    await client.close();
    lock?.release();
  };
  return { db: drizzle(client), close: () => (closing ??= close()) };
}
