import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type ProcessIdentity, identify, isAlive } from './process-identity.ts';

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

/** Each lost round means that another process took or left the lock meanwhile; nobody loses that often. */
const MAX_ROUNDS = 10;
/** What file systems answer when we may not, or cannot, write there. */
const NOT_WRITABLE = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'ENOSPC', 'ENOENT', 'EDQUOT']);

let locks = 0;

/** Makes the folder and locks it for this process: the embedded database is one connection in one process. */
export function lockDataDir(dataDir: string): DataDirLock {
  const file = path.join(dataDir, 'service.lock');
  locks += 1;
  const mine = path.join(dataDir, `service.lock.${process.pid}.${locks}`);
  const content = JSON.stringify({ ...identify(process.pid), lock: locks });
  try {
    mkdirSync(dataDir, { recursive: true });
    writeFileSync(mine, content);
    try {
      take(file, mine, dataDir);
    } finally {
      rmSync(mine, { force: true });
    }
  } catch (error) {
    throw explained(error, dataDir);
  }
  return {
    release() {
      if (read(file) === content) rmSync(file, { force: true });
    },
  };
}

function take(file: string, mine: string, dataDir: string): void {
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    if (link(mine, file)) return;
    const found = read(file);
    if (found === null) continue;
    const owner = parse(found);
    if (owner && isAlive(owner)) throw inUse(owner.pid, dataDir);
    removeStale(file, `${mine}.stale`, found);
  }
  throw inUse(null, dataDir);
}

/** Links are made whole or not at all, so nobody ever reads half a lock. */
function link(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Two processes may find the same dead lock; the slower one would move away the faster one's new lock, and puts it back. */
function removeStale(file: string, aside: string, found: string): void {
  try {
    renameSync(file, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  if (read(aside) !== found) link(aside, file);
  rmSync(aside, { force: true });
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

/** Null for a file that no service wrote whole: it names nobody who could be alive. */
function parse(text: string): ProcessIdentity | null {
  try {
    const value = JSON.parse(text) as Partial<ProcessIdentity>;
    if (typeof value.pid !== 'number') return null;
    return { pid: value.pid, started: value.started ?? null, boot_id: value.boot_id ?? null };
  } catch {
    return null;
  }
}

function inUse(pid: number | null, dataDir: string): DataDirError {
  const who = pid === null ? 'another service' : `another service (process ${pid})`;
  return new DataDirError(
    'data-dir-in-use',
    `${who} uses the data folder ${dataDir}: stop it, or name another folder with --data-dir`,
  );
}

function explained(error: unknown, dataDir: string): unknown {
  const code = codeOf(error);
  if (code === undefined || !NOT_WRITABLE.has(code)) return error;
  return new DataDirError(
    'data-dir-not-writable',
    `cannot write to the data folder ${dataDir} (${code}): make it writable for this user, or name another folder with --data-dir`,
    { cause: error },
  );
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
}
