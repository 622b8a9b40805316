import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmdirSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A small file system of its own. */
export interface Disk extends Disposable {
  readonly path: string;
  /** Takes all the room that is left: of data, and of names. */
  fill(): void;
}

/** Files and folders that fit: more than a runner's data folder needs, and few enough to be filled at once. */
const NAMES = 400;

export function smallDisk(): Disk {
  const path = mkdtempSync(join(tmpdir(), 'benchwright-disk-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=1m,nr_inodes=${NAMES}`, 'tmpfs', path]);
  if (mounted.status !== 0) {
    rmdirSync(path);
    throw new Error(`no file system could be mounted: ${String(mounted.stderr)}`);
  }
  return {
    path,
    fill: () => {
      fillData(join(path, 'filler'));
      fillNames(path);
    },
    [Symbol.dispose]: () => {
      const unmounted = spawnSync('umount', [path]);
      if (unmounted.status !== 0) throw new Error(`still in use: ${String(unmounted.stderr)}`);
      rmdirSync(path);
    },
  };
}

/** Where none can be mounted (it takes root) tests on it are skipped; CI runs as root. */
export function hasDisks(): boolean {
  try {
    smallDisk()[Symbol.dispose]();
    return true;
  } catch (error) {
    const { message } = error as Error;
    if (process.env['BENCHWRIGHT_REQUIRE_ALL'] === '1') throw error;
    process.stderr.write(`tests with a full disk are skipped: ${message}\n`);
    return false;
  }
}

function fillData(path: string): void {
  const file = openSync(path, 'w');
  try {
    untilFull(() => writeSync(file, Buffer.alloc(4096)));
  } finally {
    closeSync(file);
  }
}

function fillNames(folder: string): void {
  let n = 0;
  untilFull(() => writeFileSync(join(folder, `filler-${(n += 1)}`), ''));
}

function untilFull(take: () => unknown): void {
  for (;;) {
    try {
      take();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return;
      throw error;
    }
  }
}
