import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from './event.ts';
import { removeFolder } from './remove-folder.ts';

/** Where every user may write, whatever it was given for its temporary files. */
const SHARED = ['/tmp', '/var/tmp', '/dev/shm'];

/** What a user has made in the folders that all users share, since a time of this host's clock (ms). */
export function entriesOfUser(uid: number, sinceMs: number): string[] {
  return SHARED.flatMap((folder) => namesIn(folder).map((name) => join(folder, name))).filter((path) => {
    const stats = lstatSync(path, { throwIfNoEntry: false });
    // No user can set back when an entry was last changed.
    return stats?.uid === uid && stats.ctimeMs >= sinceMs;
  });
}

/** Removes that, once nothing of the user runs any more. */
export async function removeFilesOfUser(uid: number, sinceMs: number, log: Pick<Log, 'warn'> | null): Promise<void> {
  for (const path of entriesOfUser(uid, sinceMs)) await removeFolder(path, log);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // This system has no such folder.
    return [];
  }
}
