import { readdirSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import type { LockFolder } from '../lock-folder.ts';
import { removeFolder } from '../remove-folder.ts';
import { BUILD_LIMITS } from './build-limits.ts';
import { COMPLETE, readMarker } from './cache.ts';
import { freeMb } from './disk-room.ts';

/** What the cache of built commits may hold. Of a target's pull requests only the last ones are measured again. */
export interface CacheBounds {
  readonly commits: number;
  readonly mb: number;
  /** What the disk must have left beside one more commit as large as the largest that is kept. */
  readonly reserve_mb: number;
}

export const CACHE_BOUNDS: CacheBounds = { commits: 32, mb: 16_384, reserve_mb: BUILD_LIMITS.reserve_mb };

interface Kept {
  readonly folder: string;
  readonly usedAt: number;
  readonly mb: number;
}

/** Notes that a commit is used now: it is the last that makes room for others. */
export function noteUse(folder: string, now = new Date()): void {
  utimesSync(join(folder, COMPLETE), now, now);
}

/**
 * Makes room for one more commit: removes what was being made when its runner was killed, then the commits that were not used for longest,
 * but none of those that are held.
 */
export async function makeRoom(
  root: string,
  held: ReadonlySet<string>,
  lock: LockFolder,
  bounds: CacheBounds = CACHE_BOUNDS,
): Promise<void> {
  const names = readdirSync(root).filter((name) => !/\.lock(?:\.|$)/.test(name));
  const kept = names.flatMap((name) => keptIn(join(root, name)) ?? []).sort((a, b) => a.usedAt - b.usedAt);
  const whole = new Set(kept.map(({ folder }) => folder));
  for (const name of names) {
    const folder = join(root, name.replace(/\.tmp$/, ''));
    if (!whole.has(folder) || name.endsWith('.tmp')) await removeUnused(root, name, lock);
  }
  let commits = kept.length;
  let mb = kept.reduce((sum, each) => sum + each.mb, 0);
  const wantedMb = bounds.reserve_mb + Math.max(0, ...kept.map((each) => each.mb));
  for (const each of kept) {
    if (commits < bounds.commits && mb < bounds.mb && freeMb(root) >= wantedMb) return;
    if (held.has(each.folder)) continue;
    await removeUnused(root, each.folder.slice(root.length + 1), lock);
    commits -= 1;
    mb -= each.mb;
  }
}

/** Null: it is not whole. */
function keptIn(folder: string): Kept | null {
  const marker = readMarker(folder);
  if (marker === null) return null;
  const { mb = 0 } = marker.kept as { mb?: number };
  return { folder, usedAt: statSync(join(folder, COMPLETE)).mtimeMs, mb };
}

/** Unless another process is just making it, or using the folder's lock for something else. */
async function removeUnused(root: string, name: string, lock: LockFolder): Promise<void> {
  const attempt = lock(root, `${name.replace(/\.tmp$/, '')}.lock`);
  if (attempt.state !== 'taken') return;
  try {
    await removeFolder(join(root, name), null);
  } finally {
    attempt.release();
  }
}
