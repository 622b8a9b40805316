import { existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { lockFolder } from '../../src/db/folder-lock.ts';
import { openDataDir } from '../../src/runner/data-dir.ts';
import { hostId } from '../../src/runner/host-id.ts';
import { RunnerError } from '../../src/runner/runner-error.ts';
import { temporaryFolder } from './support/fixture-trial.ts';

it.each(['file', 'file/below', '/proc/benchwright'])(
  'a data folder that cannot be made (%s) is said in one line, with the remedy',
  (name) => {
    using folder = temporaryFolder();
    writeFileSync(join(folder.path, 'file'), '');
    const error = refusal(() => openDataDir(resolve(folder.path, name), lockFolder));
    expect(error.code).toBe('data-dir-not-writable');
    expect(error.message).toMatch(/cannot be written \((?:EEXIST|ENOTDIR|ENOENT)\): .* another --data-dir\.$/);
  },
);

it('a folder that is wanted where a file is leaves the data folder unlocked', () => {
  using folder = temporaryFolder();
  writeFileSync(join(folder.path, 'spool'), '');
  const error = refusal(() => openDataDir(folder.path, lockFolder));
  expect(error.message).toContain('cannot be written (EEXIST)');
  expect(existsSync(join(folder.path, 'runner.lock'))).toBe(false);
});

it('a second runner on the data folder is refused with process and remedy in one line', () => {
  using folder = temporaryFolder();
  const { release } = openDataDir(folder.path, lockFolder);
  const error = refusal(() => openDataDir(folder.path, lockFolder));
  expect(error.code).toBe('data-dir-in-use');
  expect(error.message).toBe(
    `The data folder ${folder.path} is used by another runner (process ${process.pid}): end that one, or give this one its own --data-dir.`,
  );
  release();
  openDataDir(folder.path, lockFolder).release();
});

function refusal(open: () => unknown): RunnerError {
  try {
    open();
  } catch (error) {
    if (error instanceof RunnerError) return error;
    throw error;
  }
  throw new Error('expected the data folder to be refused');
}

it('the id of a host stays with its data folder, but not on another machine', () => {
  using folder = temporaryFolder();
  const id = hostId(folder.path);
  expect(hostId(folder.path)).toBe(id);
  writeFileSync(join(folder.path, 'host-id.json'), JSON.stringify({ host_id: id, machine: 'another' }));
  expect(hostId(folder.path)).not.toBe(id);
});
