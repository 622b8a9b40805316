import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
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
  const holder = readHolder(path);
  if (holder !== null && isAlive(holder)) return { taken: false, pid: holder.pid };
  if (holder === null && writeNew(path, mine)) return { taken: true, release: () => release(path, mine) };
  const own = `${path}.${process.pid}`;
  writeFileSync(own, mine);
  renameSync(own, path);
  await delay(RIVAL_MS);
  const now = readHolder(path);
  if (now !== null && JSON.stringify(now) !== mine) return { taken: false, pid: now.pid };
  return { taken: true, release: () => release(path, mine) };
}

function writeNew(path: string, text: string): boolean {
  try {
    writeFileSync(path, text, { flag: 'wx' });
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
