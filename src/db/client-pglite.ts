import type { OpenDatabase } from './client.ts';

/**
 * Opens the embedded database in `{dataDir}/db`, under a lock on `dataDir`; `memory://` has neither folder nor lock.
 * Errors: `DataDirError` (in use, not writable), one line with the remedy.
 */
export async function openPglite({ dataDir }: { readonly dataDir: string }): Promise<OpenDatabase> {
  throw new Error(dataDir);
}
