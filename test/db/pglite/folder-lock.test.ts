import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type LockAttempt, lockFolder } from '../../../src/db/folder-lock.ts';
import { identify } from '../../../src/db/process-identity.ts';

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(path.join(os.tmpdir(), 'benchwright-lock-'));
});
afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

function taken(attempt: LockAttempt): () => void {
  if (attempt.state !== 'taken') throw new Error(`expected the lock, which is ${attempt.state}`);
  return attempt.release;
}

test('A lock is held by one at a time, who is named, and free after its release', () => {
  const release = taken(lockFolder(dir, 'a.lock'));
  expect(lockFolder(dir, 'a.lock')).toEqual({ state: 'in-use', pid: process.pid });
  expect(readdirSync(dir)).toEqual(['a.lock']);
  release();
  expect(readdirSync(dir)).toEqual([]);
  taken(lockFolder(dir, 'a.lock'));
});

test('Locks of different names in one folder are held side by side', () => {
  taken(lockFolder(dir, 'a.lock'));
  taken(lockFolder(dir, 'b.lock'));
  expect(readdirSync(dir).toSorted()).toEqual(['a.lock', 'b.lock']);
});

test.each([
  ['a process that is gone', { pid: 2 ** 22 + 1 }],
  ['an earlier process of the same pid', { started: '1' }],
  ['a process of an earlier boot', { boot_id: 'earlier' }],
])('A lock of %s is taken over', (_what, changes) => {
  const file = path.join(dir, 'a.lock');
  writeFileSync(file, JSON.stringify({ ...identify(process.pid), ...changes }));
  taken(lockFolder(dir, 'a.lock'));
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject(identify(process.pid));
});

test('The folder is made with those above it', () => {
  const deep = path.join(dir, 'one', 'two', 'three');
  taken(lockFolder(deep, 'a.lock'));
  expect(readdirSync(deep)).toEqual(['a.lock']);
});

test('A folder behind a link is locked where it is', () => {
  mkdirSync(path.join(dir, 'real'));
  symlinkSync(path.join(dir, 'real'), path.join(dir, 'link'));
  taken(lockFolder(path.join(dir, 'link', 'below'), 'a.lock'));
  expect(lockFolder(path.join(dir, 'real', 'below'), 'a.lock')).toMatchObject({ state: 'in-use' });
});

// Node's recursive mkdir never returns there.
test.each(['/proc/benchwright', '/proc/benchwright/below'])(
  'A folder that cannot be made, %s, is said at once',
  (place) => {
    expect(lockFolder(place, 'a.lock')).toMatchObject({ state: 'not-writable', code: 'ENOENT' });
  },
);
