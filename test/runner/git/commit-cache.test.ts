import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lockFolder } from '../../../src/db/folder-lock.ts';
import { COMPLETE } from '../../../src/runner/provision/cache.ts';
import { makeRoom, noteUse } from '../../../src/runner/provision/commit-cache.ts';
import { temporaryFolder } from '../support/fixture-trial.ts';

/** A commit that was built, and used last at a time of day (h). */
function built(root: string, name: string, hour: number, mb = 100): string {
  const folder = join(root, name);
  mkdirSync(folder);
  writeFileSync(join(folder, COMPLETE), JSON.stringify({ mb }));
  const at = new Date(Date.UTC(2026, 0, 1, hour));
  utimesSync(join(folder, COMPLETE), at, at);
  return folder;
}

const none = new Set<string>();

describe('the cache of built commits', () => {
  it('makes room for one more by those that were not used for longest', async () => {
    using root = temporaryFolder();
    for (const [name, hour] of [
      ['c', 3],
      ['a', 1],
      ['d', 4],
      ['b', 2],
    ] as const)
      built(root.path, name, hour);
    await makeRoom(root.path, none, lockFolder, { commits: 3, mb: 10_000, reserve_mb: 0 });
    expect(readdirSync(root.path).sort()).toEqual(['c', 'd']);
  });

  it('is bounded by its room on disk too', async () => {
    using root = temporaryFolder();
    built(root.path, 'a', 1, 300);
    built(root.path, 'b', 2, 300);
    built(root.path, 'c', 3, 50);
    await makeRoom(root.path, none, lockFolder, { commits: 32, mb: 400, reserve_mb: 0 });
    expect(readdirSync(root.path).sort()).toEqual(['b', 'c']);
  });

  it('gives back what a disk that is nearly full needs for one more', async () => {
    using root = temporaryFolder();
    built(root.path, 'a', 1, 1);
    const held = built(root.path, 'b', 2, 1);
    built(root.path, 'c', 3, 2 ** 40);
    await makeRoom(root.path, new Set([held]), lockFolder, { commits: 32, mb: 2 ** 41, reserve_mb: 0 });
    expect(readdirSync(root.path)).toEqual(['b']);
  });

  it('never removes a commit that is in use, however old', async () => {
    using root = temporaryFolder();
    const old = built(root.path, 'old', 1);
    built(root.path, 'newer', 2);
    await makeRoom(root.path, new Set([old]), lockFolder, { commits: 1, mb: 10, reserve_mb: 0 });
    expect(readdirSync(root.path)).toEqual(['old']);
  });

  it('keeps what was used again', async () => {
    using root = temporaryFolder();
    const old = built(root.path, 'old', 1);
    built(root.path, 'newer', 2);
    noteUse(old, new Date(Date.UTC(2026, 0, 1, 3)));
    await makeRoom(root.path, none, lockFolder, { commits: 2, mb: 10_000, reserve_mb: 0 });
    expect(readdirSync(root.path)).toEqual(['old']);
  });

  it('removes what was being made when its runner was killed, but not what is being made now', async () => {
    using root = temporaryFolder();
    built(root.path, 'whole', 1);
    for (const name of ['half', 'half.tmp', 'whole.tmp', 'making', 'making.tmp', '.ask-1'])
      mkdirSync(join(root.path, name));
    // Its marker was cut off when the host lost its power.
    writeFileSync(join(built(root.path, 'cut-off', 2), COMPLETE), '');
    const lock = lockFolder(root.path, 'making.lock');
    if (lock.state !== 'taken') throw new Error('the lock was free');
    await makeRoom(root.path, none, lockFolder);
    lock.release();
    expect(readdirSync(root.path).sort()).toEqual(['making', 'making.tmp', 'whole']);
    expect(existsSync(join(root.path, 'whole', COMPLETE))).toBe(true);
  });
});
