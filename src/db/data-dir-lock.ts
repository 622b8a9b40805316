import { lockFolder } from './folder-lock.ts';

/** Why the data folder cannot be used: one line that ends in the remedy. */
export class DataDirError extends Error {
  readonly code: 'data-dir-in-use' | 'data-dir-not-writable';
  constructor(code: DataDirError['code'], message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'DataDirError';
    this.code = code;
  }
}

export interface DataDirLock {
  /** Idempotent; takes away only a lock of our own. */
  release(): void;
}

/** Makes the folder and locks it for this process: the embedded database is one connection in one process. */
export function lockDataDir(dataDir: string): DataDirLock {
  const attempt = lockFolder(dataDir, 'service.lock');
  if (attempt.state === 'taken') return attempt;
  if (attempt.state === 'in-use') throw inUse(attempt.pid, dataDir);
  throw new DataDirError(
    'data-dir-not-writable',
    `cannot write to the data folder ${dataDir} (${attempt.code}): make it writable for this user, or name another folder with --data-dir`,
    { cause: attempt.cause },
  );
}

function inUse(pid: number | null, dataDir: string): DataDirError {
  const who = pid === null ? 'another service' : `another service (process ${pid})`;
  return new DataDirError(
    'data-dir-in-use',
    `${who} uses the data folder ${dataDir}: stop it, or name another folder with --data-dir`,
  );
}
