import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileSystemCode, isDiskTrouble } from './disk-trouble.ts';
import type { LockFolder } from './lock-folder.ts';
import type { ProvisionRoot } from './provision/cache.ts';
import { RunnerError } from './runner-error.ts';

/** The runner's own folder: provisioned targets, spooled results, the host's id. One process holds it. */
export interface DataDir {
  readonly path: string;
  readonly provision: ProvisionRoot;
  readonly spool: string;
  /** Folders of running trials; empty between them. */
  readonly trials: string;
  readonly release: () => void;
}

/** Makes and locks the folder. Throws a RunnerError when another runner holds it, or when it cannot be written, for good or for now. */
export function openDataDir(dataDir: string, lock: LockFolder): DataDir {
  const path = resolve(dataDir);
  const release = take(path, lock);
  const provision = { path: join(path, 'provision'), lock };
  const folders = { spool: join(path, 'spool'), trials: join(path, 'trials') };
  try {
    for (const folder of [provision.path, ...Object.values(folders)]) mkdirSync(folder, { recursive: true });
    return { path, provision, ...folders, release };
  } catch (error) {
    release();
    throw notWritable(path, fileSystemCode(error) ?? 'unknown', error);
  }
}

function take(path: string, lock: LockFolder): () => void {
  const attempt = lock(path, 'runner.lock');
  if (attempt.state === 'taken') return attempt.release;
  if (attempt.state === 'not-writable') throw notWritable(path, attempt.code, attempt.cause);
  const who = attempt.pid === null ? 'another runner' : `another runner (process ${attempt.pid})`;
  throw new RunnerError(
    'data-dir-in-use',
    `The data folder ${path} is used by ${who}: end that one, or give this one its own --data-dir.`,
  );
}

function notWritable(path: string, code: string, cause: unknown): RunnerError {
  if (isDiskTrouble(code)) return diskTrouble(path, code, cause);
  return new RunnerError(
    'data-dir-not-writable',
    `The data folder ${path} cannot be written (${code}): make it writable for this user, or give another --data-dir.`,
    { cause },
  );
}

/** The disk has no room or fails: that may pass. */
export function diskTrouble(path: string, code: string, cause: unknown): RunnerError {
  return new RunnerError(
    'disk-trouble',
    `The disk of the data folder ${path} takes nothing now (${code}): make room there, or look after it, and start the runner again.`,
    { cause },
  );
}
