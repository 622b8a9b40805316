import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { takeLock } from '../../src/runner/lock-file.ts';
import { bootId, processStart } from '../../src/runner/process-identity.ts';
import { temporaryFolder } from './support/fixture-trial.ts';

it('is held by one at a time, who is named, and free after its release', async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, 'lock');
  const first = await takeLock(path);
  expect(first.taken).toBe(true);
  expect(await takeLock(path)).toEqual({ taken: false, pid: process.pid });
  if (first.taken) first.release();
  expect(existsSync(path)).toBe(false);
  expect((await takeLock(path)).taken).toBe(true);
});

it.each([
  ['a process that is gone', { pid: 2 ** 22 + 1, started: '1', boot: bootId() }],
  ['an earlier process of the same pid', { pid: process.pid, started: '1', boot: bootId() }],
  ['a process of an earlier boot', { pid: process.pid, started: processStart(process.pid), boot: 'earlier' }],
])('of %s is taken over', async (_, holder) => {
  using folder = temporaryFolder();
  const path = join(folder.path, 'lock');
  writeFileSync(path, JSON.stringify(holder));
  expect((await takeLock(path)).taken).toBe(true);
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ pid: process.pid, boot: bootId() });
});

it('of half a file, as a full disk leaves it, is taken over', async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, 'lock');
  writeFileSync(path, '{"pid": 1');
  expect((await takeLock(path)).taken).toBe(true);
});
