import { createHash } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { codeOf, makeFolder } from './make-folder.ts';
import { type ProcessIdentity, identify, isAlive } from './process-identity.ts';

/** `in-use`: by a living process; its pid is null when the lock went from hand to hand while it was asked for. */
export type LockAttempt =
  | {
      readonly state: 'taken';
      /** Idempotent; takes away only a lock of our own. */
      readonly release: () => void;
    }
  | { readonly state: 'in-use'; readonly pid: number | null }
  | { readonly state: 'not-writable'; readonly code: string; readonly cause: unknown };

/** Each lost round means that another process took or left the lock meanwhile; nobody loses that often. */
const MAX_ROUNDS = 10;
/** What file systems answer when we may not, or cannot, write there. */
const NOT_WRITABLE = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'ENOSPC', 'ENOENT', 'EDQUOT', 'EIO']);

let locks = 0;

/**
 * Makes the folder and takes the lock of that name in it for this process, once. A lock of a process that is gone (ended,
 * other start time, other boot) is taken over, so that a crash needs no cleaning up by hand.
 */
export function lockFolder(folder: string, name: string): LockAttempt {
  const file = path.join(folder, name);
  locks += 1;
  const mine = `${file}.${process.pid}.${locks}`;
  const content = JSON.stringify({ ...identify(process.pid), lock: locks });
  try {
    makeFolder(folder);
    writeFileSync(mine, content);
    try {
      const owner = take(file, mine);
      if (owner !== null) return { state: 'in-use', pid: owner.pid };
    } finally {
      rmSync(mine, { force: true });
    }
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined || !NOT_WRITABLE.has(code)) throw error;
    return { state: 'not-writable', code, cause: error };
  }
  const release = (): void => {
    if (read(file) === content) rmSync(file, { force: true });
  };
  return { state: 'taken', release };
}

/**
 * Null: taken; else whose it is. A lock of a process that is gone is only ever replaced, in one step, by whoever holds the lock on
 * replacing just that one: removed first, another's new lock could be removed in its place.
 */
function take(file: string, mine: string): { readonly pid: number | null } | null {
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    if (link(mine, file)) return null;
    const found = read(file);
    if (found === null) continue;
    const owner = parse(found);
    if (owner && isAlive(owner)) return owner;
    const successor = successorOf(file, found);
    // Its holder is about to own the file; of one that died at just that moment it is taken over in the same way.
    const other = take(successor, mine);
    if (other !== null) return other;
    if (read(file) === found) {
      renameSync(successor, file);
      return null;
    }
    rmSync(successor, { force: true });
  }
  return { pid: null };
}

/** Named after what it replaces, so that it cannot be meant for another: the content of a lock is never written twice. */
function successorOf(file: string, found: string): string {
  return `${file}.${createHash('sha256').update(found).digest('hex').slice(0, 16)}`;
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

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

/** Null for a file that was not written whole: it names nobody who could be alive. */
function parse(text: string): ProcessIdentity | null {
  try {
    const value = JSON.parse(text) as Partial<ProcessIdentity>;
    if (typeof value.pid !== 'number') return null;
    return { pid: value.pid, started: value.started ?? null, boot_id: value.boot_id ?? null };
  } catch {
    return null;
  }
}
