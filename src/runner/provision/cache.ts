import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { takeLock } from '../lock-file.ts';
import type { Workplace } from './run-command.ts';

const COMPLETE = '.complete';
const LOCK_POLL_MS = 250;

/** The cache's key: what the installed files depend on. */
export function cacheKey(parts: readonly (string | Buffer)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(String(part.length)).update(':').update(part);
  return hash.digest('hex').slice(0, 24);
}

/**
 * A folder that is made once. Environments know their own path, so it is made in its place: a marker, written last, says
 * that it is whole; one without is left over from an interruption and made again. Others who want the same folder wait.
 * The marker holds what the maker returned, so that a later run needs neither network nor tools.
 */
export async function cached<T>(
  folder: string,
  signal: AbortSignal,
  make: (place: Workplace) => Promise<T>,
): Promise<{ readonly value: T; readonly hit: boolean }> {
  const marker = join(folder, COMPLETE);
  const temporary = `${folder}.tmp`;
  const read = (): T => JSON.parse(readFileSync(marker, 'utf8')) as T;
  if (existsSync(marker)) return { value: read(), hit: true };
  mkdirSync(join(folder, '..'), { recursive: true });
  const release = await waitForLock(`${folder}.lock`, signal);
  try {
    if (existsSync(marker)) return { value: read(), hit: true };
    rmSync(folder, { recursive: true, force: true });
    for (const each of [folder, temporary]) mkdirSync(each, { recursive: true });
    const value = await make({ cwd: folder, temporary });
    writeFileSync(`${marker}.part`, JSON.stringify(value));
    renameSync(`${marker}.part`, marker);
    return { value, hit: false };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
    release();
  }
}

async function waitForLock(path: string, signal: AbortSignal): Promise<() => void> {
  for (;;) {
    const attempt = await takeLock(path);
    if (attempt.taken) return attempt.release;
    await delay(LOCK_POLL_MS, undefined, { signal });
  }
}
