import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Guardian } from '../guardian/guardian.ts';
import type { LockFolder } from '../lock-folder.ts';
import { removeFolder } from '../remove-folder.ts';
import type { RunAs } from '../run-as.ts';
import type { BuildLimits } from './build-limits.ts';
import type { Workplace } from './run-command.ts';

/** Where targets are installed, and what keeps two from installing the same at once. */
export interface ProvisionRoot {
  readonly path: string;
  readonly lock: LockFolder;
  /** Ends installers when the runner is killed; left out: nothing does. */
  readonly guardian?: Guardian | null;
  /** As whom code from git is built and served; left out or null: as the runner, and code of forks is refused. */
  readonly runAs?: RunAs | null | undefined;
  /** Of code from git; what is left out has a default. */
  readonly buildLimits?: Partial<BuildLimits> | undefined;
}

/** Says, in a folder of the cache, that it is whole. */
export const COMPLETE = '.complete';
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
  { lock, guardian = null }: { readonly lock: LockFolder; readonly guardian?: Guardian | null },
  signal: AbortSignal,
  make: (place: Workplace) => Promise<T>,
): Promise<{ readonly value: T; readonly hit: boolean }> {
  const marker = join(folder, COMPLETE);
  const temporary = `${folder}.tmp`;
  const before = readMarker(folder);
  if (before !== null) return { value: before.kept as T, hit: true };
  const release = await waitForLock(folder, lock, signal);
  try {
    const meanwhile = readMarker(folder);
    if (meanwhile !== null) return { value: meanwhile.kept as T, hit: true };
    await removeFolder(folder, null);
    for (const each of [folder, temporary]) mkdirSync(each, { recursive: true });
    const value = await make({ cwd: folder, temporary, guardian });
    writeFileSync(`${marker}.part`, JSON.stringify(value));
    renameSync(`${marker}.part`, marker);
    return { value, hit: false };
  } catch (error) {
    await removeFolder(folder, null);
    throw error;
  } finally {
    await removeFolder(temporary, null);
    release();
  }
}

/** What the maker of a folder returned; null: the folder is not whole, or its marker was cut off when the host lost its power. */
export function readMarker(folder: string): { readonly kept: unknown } | null {
  try {
    return { kept: JSON.parse(readFileSync(join(folder, COMPLETE), 'utf8')) };
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
}

/** The lock lies beside the folder, which is removed and made under it. */
async function waitForLock(folder: string, lock: LockFolder, signal: AbortSignal): Promise<() => void> {
  for (;;) {
    const attempt = lock(dirname(folder), `${basename(folder)}.lock`);
    if (attempt.state === 'taken') return attempt.release;
    if (attempt.state === 'not-writable') throw attempt.cause;
    await delay(LOCK_POLL_MS, undefined, { signal });
  }
}
