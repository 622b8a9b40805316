import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { bootId, processStart } from './process-identity.ts';

/** Time for a rival that saw the same stale lock to write its own over ours; the last writer wins and the other sees it. */
const RIVAL_MS = 100;

interface Holder {
  readonly pid: number;
  readonly started: string | null;
  readonly boot: string | null;
}

export type LockAttempt =
  | { readonly taken: true; readonly release: () => void }
  | { readonly taken: false; readonly pid: number };

/**
 * Takes a lock file, or names the process that holds it. A lock of a process that is gone (other start time, other boot)
 * is taken over, so that a crash needs no cleaning up by hand.
 */
export async function takeLock(path: string): Promise<LockAttempt> {
  const mine = JSON.stringify({
    pid: process.pid,
    started: processStart(process.pid),
    boot: bootId(),
  } satisfies Holder);
  const own = `${path}.${process.pid}`;
  writeFileSync(own, mine);
  if (claim(own, path)) return { taken: true, release: () => release(path, mine) };
  const holder = readHolder(path);
  if (holder !== null && isAlive(holder)) {
    rmSync(own);
    return { taken: false, pid: holder.pid };
  }
  renameSync(own, path);
  await delay(RIVAL_MS);
  const now = readHolder(path);
  if (now !== null && JSON.stringify(now) !== mine) return { taken: false, pid: now.pid };
  return { taken: true, release: () => release(path, mine) };
}

/** A link, unlike a file that is created and then written, is never seen half made. */
function claim(own: string, path: string): boolean {
  try {
    linkSync(own, path);
    rmSync(own);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function readHolder(path: string): Holder | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Holder;
  } catch {
    return null;
  }
}

function isAlive(holder: Holder): boolean {
  if (holder.boot !== bootId()) return false;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  return processStart(holder.pid) === holder.started;
}

function release(path: string, mine: string): void {
  const now = readHolder(path);
  if (now !== null && JSON.stringify(now) === mine) rmSync(path, { force: true });
}
