import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
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

it('a starter that died while it took over the lock of one that is gone is no hindrance either', () => {
  using folder = temporaryFolder();
  const lock = join(folder.path, 'runner.lock');
  const gone = (n: number) => JSON.stringify({ pid: 2 ** 22 + n });
  writeFileSync(lock, gone(1));
  // What it held then: named after what it was about to replace.
  const digest = createHash('sha256').update(gone(1)).digest('hex');
  writeFileSync(`${lock}.${digest.slice(0, 16)}`, gone(2));
  const attempt = lockFolder(folder.path, 'runner.lock');
  expect(attempt.state).toBe('taken');
  expect(readdirSync(folder.path)).toEqual(['runner.lock']);
  expect(JSON.parse(readFileSync(lock, 'utf8'))).toMatchObject({ pid: process.pid });
});

it('of many that start at once on the lock of one that is gone, one has it', async () => {
  using folder = temporaryFolder();
  const folders = Array.from({ length: 300 }, (_, i) => join(folder.path, String(i)));
  for (const each of folders) {
    mkdirSync(each);
    writeFileSync(join(each, 'runner.lock'), JSON.stringify({ pid: 2 ** 22 + 1 }));
  }
  const module = fileURLToPath(new URL('../../src/db/folder-lock.ts', import.meta.url));
  // Each goes through all of them as fast as it can, begins when told, and lives until all are through.
  const script = `const { lockFolder } = await import(${JSON.stringify(module)});
    const { once } = await import('node:events');
    console.log('ready');
    await once(process.stdin, 'data');
    const states = ${JSON.stringify(folders)}.map((each) => lockFolder(each, 'runner.lock').state);
    console.log(JSON.stringify(states));
    await once(process.stdin.resume(), 'end');`;
  const starters = [1, 2, 3, 4].map(() => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const said = text(child.stdout);
    return { child, said, exited: once(child, 'exit') };
  });
  await Promise.all(starters.map(({ child }) => once(child.stdout, 'data')));
  for (const { child } of starters) child.stdin.write('go');
  await Promise.all(starters.map(({ child }) => once(child.stdout, 'data')));
  for (const { child } of starters) child.stdin.end();
  const states = await Promise.all(
    starters.map(async ({ said }) => JSON.parse((await said).split('\n')[1] ?? '[]') as string[]),
  );
  await Promise.all(starters.map(({ exited }) => exited));
  const pids = starters.map(({ child }) => child.pid);
  for (const [i, each] of folders.entries()) {
    const holders = pids.filter((_, n) => states[n]?.[i] === 'taken');
    expect(holders, each).toHaveLength(1);
    const { pid } = JSON.parse(readFileSync(join(each, 'runner.lock'), 'utf8')) as { pid: number };
    expect(pid).toBe(holders[0]);
    expect(readdirSync(each)).toEqual(['runner.lock']);
  }
});
