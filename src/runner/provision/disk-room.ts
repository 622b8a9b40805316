import { lstatSync, readdirSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';

/** Looked at in one go: about 10 ms, in which nothing else of the runner moves. */
const ENTRIES_IN_A_TURN = 1_000;
const BLOCK_BYTES = 512;

export interface Room {
  /** What is allocated, in MiB: a file with holes takes less than its length. */
  readonly mb: number;
  readonly files: number;
  /** Something is nested so deep that its path cannot be named, and is not counted. */
  readonly tooDeep: boolean;
}

/** What is in some folders, or files, now; links are not followed, and what vanishes meanwhile is not counted. */
export async function roomOf(paths: readonly string[], signal?: AbortSignal): Promise<Room> {
  let blocks = 0;
  let files = 0;
  let tooDeep = false;
  const open = [...paths];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (signal?.aborted === true) break;
    try {
      const stats = lstatSync(path, { throwIfNoEntry: false });
      if (stats === undefined) continue;
      blocks += stats.blocks;
      files += 1;
      if (stats.isDirectory()) for (const name of readdirSync(path)) open.push(join(path, name));
    } catch (error) {
      // Anything else: gone meanwhile, or closed to the runner by whoever made it.
      if ((error as NodeJS.ErrnoException).code === 'ENAMETOOLONG') tooDeep = true;
    }
    if (files % ENTRIES_IN_A_TURN === 0) await turn();
  }
  return { mb: (blocks * BLOCK_BYTES) / 2 ** 20, files, tooDeep };
}

/** Room that is left where a folder is, for a user without privileges, in MiB. */
export function freeMb(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return (bavail * bsize) / 2 ** 20;
}
