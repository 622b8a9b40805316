import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { RunnerError } from './runner-error.ts';
import { takeLock } from './lock-file.ts';

/** The runner's own folder: provisioned targets, spooled results, the host's id. One process holds it. */
export interface DataDir {
  readonly path: string;
  readonly provision: string;
  readonly spool: string;
  /** Folders of running trials; empty between them. */
  readonly trials: string;
  readonly release: () => void;
}

/** What says that a folder cannot be made or written here, rather than that something is broken. */
const UNWRITABLE = new Set(['EACCES', 'EROFS', 'EPERM', 'ENOTDIR', 'EEXIST']);

export async function openDataDir(dataDir: string): Promise<DataDir> {
  const path = resolve(dataDir);
  const folders = { provision: join(path, 'provision'), spool: join(path, 'spool'), trials: join(path, 'trials') };
  try {
    for (const folder of Object.values(folders)) mkdirSync(folder, { recursive: true });
    const lock = await takeLock(join(path, 'runner.lock'));
    if (lock.taken) return { path, ...folders, release: lock.release };
    throw new RunnerError(
      'data-dir-in-use',
      `The data folder ${path} is used by another runner (process ${lock.pid}): end that one, or give this one its own --data-dir.`,
    );
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (!UNWRITABLE.has(code)) throw error;
    throw new RunnerError(
      'data-dir-not-writable',
      `The data folder ${path} cannot be written (${code}): make it writable for this user, or give another --data-dir.`,
    );
  }
}
