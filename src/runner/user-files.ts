import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from './event.ts';
import { removeFolder } from './remove-folder.ts';
import { removeMemoryOfUser } from './user-memory.ts';

/** Where every user may write, whatever it was given for its temporary files. */
const SHARED = ['/tmp', '/var/tmp', '/dev/shm', '/dev/mqueue', '/run/lock', '/var/crash'];
/** Permission to write for others (stat(2)). */
const OPEN_TO_ALL = 0o002;
/** The kernel stamps files with its clock's last tick, of which it has at least 100 a second. */
const CLOCK_STEP_MS = 10;

/** What a user has made in the folders that all users share, since a time of this host's clock (ms). */
export function entriesOfUser(uid: number, sinceMs: number, shared: readonly string[] = SHARED): string[] {
  return shared.flatMap((folder) =>
    namesIn(folder).flatMap((name) => {
      const path = join(folder, name);
      const stats = lstatSync(path, { throwIfNoEntry: false });
      if (stats === undefined) return [];
      // No user can set back when an entry was last changed.
      if (stats.uid === uid) return stats.ctimeMs > sinceMs - CLOCK_STEP_MS ? [path] : [];
      // Another's folder for all, as those of sockets (.X11-unix) are.
      const isShared = stats.isDirectory() && (stats.mode & OPEN_TO_ALL) !== 0;
      return isShared ? entriesOfUser(uid, sinceMs, [path]) : [];
    }),
  );
}

/** Removes that, and what it keeps in memory without a process, once nothing of the user runs any more. */
export async function removeFilesOfUser(uid: number, sinceMs: number, log: Pick<Log, 'warn'> | null): Promise<void> {
  for (const path of entriesOfUser(uid, sinceMs)) await removeFolder(path, log);
  removeMemoryOfUser(uid);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // This system has no such folder.
    return [];
  }
}
