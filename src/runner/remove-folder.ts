import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileSystemCode } from './disk-trouble.ts';
import type { Log } from './event.ts';

/** A process that is just ending may still write there; half a second is longer than that takes. */
const ATTEMPTS = 10;
const PAUSE_MS = 50;
/** What passes by itself: it was written to meanwhile, or is in use. */
const PASSING = new Set(['ENOTEMPTY', 'EBUSY', 'EMFILE', 'ENFILE']);
/** Owner: read, write, enter. */
const OPEN = 0o700;

/**
 * Removes a folder that a target or an installer wrote to, with whatever they left there. Never throws: a folder that stays is
 * worth a line in the log, not the result of a trial nor a runner. Resolves with whether it is gone.
 */
export async function removeFolder(folder: string, log: Pick<Log, 'warn'> | null): Promise<boolean> {
  let isOpened = false;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await rm(folder, { recursive: true, force: true });
      return true;
    } catch (error) {
      const code = fileSystemCode(error) ?? '';
      if (code === 'ENAMETOOLONG' && (await removeDeep(folder))) return true;
      const isClosed = !isOpened && (code === 'EACCES' || code === 'EPERM');
      if (attempt === ATTEMPTS || !(isClosed || PASSING.has(code))) {
        log?.warn({ folder, problem: (error as Error).message }, 'a folder could not be removed');
        return false;
      }
      if (isClosed) {
        isOpened = true;
        await openUp(folder);
      } else await delay(PAUSE_MS);
    }
  }
}

/** What is nested deeper than a path may be long (4,096 bytes) has no name that could be given; rm(1) goes there step by step. */
async function removeDeep(folder: string): Promise<boolean> {
  const removing = spawn('rm', ['-rf', '--', folder], { stdio: 'ignore' });
  const [code] = (await once(removing, 'close').catch(() => [null])) as [number | null];
  return code === 0;
}

/** Folders without write permission keep what is in them from everyone but root: Go's module cache is made of such. */
async function openUp(folder: string): Promise<void> {
  try {
    // Not what a link leads to: that may be anywhere.
    const { mode } = await lstat(folder);
    await chmod(folder, mode | OPEN);
    for (const entry of await readdir(folder, { withFileTypes: true }))
      if (entry.isDirectory()) await openUp(join(folder, entry.name));
  } catch {
    // Another user's, or gone: the next attempt to remove it will tell.
  }
}
