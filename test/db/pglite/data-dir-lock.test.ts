import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DataDirError, lockDataDir } from '../../../src/db/data-dir-lock.ts';
import { identify, isAlive } from '../../../src/db/process-identity.ts';

let dir: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  dir = mkdtempSync(path.join(os.tmpdir(), 'benchwright-lock-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(dir, { recursive: true, force: true });
});

const LOCK = new URL('../../../src/db/data-dir-lock.ts', import.meta.url).href;

/** Another process that takes the lock, says so, and holds it until it is killed. */
async function lockElsewhere(): Promise<ChildProcess> {
  const script = `import { lockDataDir } from ${JSON.stringify(LOCK)}; lockDataDir(${JSON.stringify(dir)}); process.stdout.write('locked'); setInterval(() => {}, 60_000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  if (!child.stdout) throw new Error('the child has no output');
  await once(child.stdout, 'data');
  return child;
}

function refusal(take: () => unknown): DataDirError {
  try {
    take();
  } catch (error) {
    if (error instanceof DataDirError) return error;
    throw error;
  }
  throw new Error('expected the lock to be refused');
}

test('A second service on the folder is refused with process, folder and remedy in one line', async () => {
  const child = await lockElsewhere();
  const error = refusal(() => lockDataDir(dir));
  expect(error.code).toBe('data-dir-in-use');
  expect(error.message).toBe(
    `another service (process ${child.pid}) uses the data folder ${dir}: stop it, or name another folder with --data-dir`,
  );
});

test('The same process is refused a second lock, too', () => {
  const lock = lockDataDir(dir);
  expect(refusal(() => lockDataDir(dir)).message).toContain(`process ${process.pid}`);
  lock.release();
});

test('The lock of a process that was killed is taken over', async () => {
  const child = await lockElsewhere();
  child.kill('SIGKILL');
  await once(child, 'exit');
  const lock = lockDataDir(dir);
  expect(readFileSync(path.join(dir, 'service.lock'), 'utf8')).toContain(`"pid":${process.pid},`);
  lock.release();
});

test.each([
  ['started at another time', { started: '1' }],
  ['lived in another boot', { boot_id: '00000000-0000-0000-0000-000000000000' }],
])('A lock whose pid is alive but %s is stale', (_what, changes) => {
  writeFileSync(path.join(dir, 'service.lock'), JSON.stringify({ ...identify(process.pid), ...changes }));
  lockDataDir(dir).release();
});

test('A lock file that no service wrote names nobody, and is taken over', () => {
  writeFileSync(path.join(dir, 'service.lock'), '{"pid":');
  lockDataDir(dir).release();
});

test('After release the folder is as before, and a second release takes nobody’s lock away', () => {
  const first = lockDataDir(dir);
  first.release();
  expect(readdirSync(dir)).toEqual([]);
  const second = lockDataDir(dir);
  first.release();
  expect(readdirSync(dir)).toEqual(['service.lock']);
  second.release();
});

test('Of several processes that find a dead lock at once, one gets it', async () => {
  const dead = { pid: 2 ** 22 + 1, started: '1', boot_id: null };
  writeFileSync(path.join(dir, 'service.lock'), JSON.stringify(dead));
  const script = `import { lockDataDir } from ${JSON.stringify(LOCK)}; try { lockDataDir(${JSON.stringify(dir)}); process.stdout.write('locked'); } catch (error) { process.stdout.write(error.code); } process.stdin.resume();`;
  const answers = await Promise.all(
    [1, 2, 3, 4].map(async () => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      children.push(child);
      if (!child.stdout) throw new Error('the child has no output');
      const [data] = (await once(child.stdout, 'data')) as [Buffer];
      return data.toString();
    }),
  );
  expect(answers.toSorted()).toEqual(['data-dir-in-use', 'data-dir-in-use', 'data-dir-in-use', 'locked']);
  expect(readdirSync(dir)).toEqual(['service.lock']);
});

test('A folder that cannot be written to is said in one line with the remedy', () => {
  const file = path.join(dir, 'file');
  writeFileSync(file, '');
  for (const place of [file, path.join(file, 'below'), '/proc/benchwright']) {
    const error = refusal(() => lockDataDir(place));
    expect(error.code).toBe('data-dir-not-writable');
    expect(error.message).toMatch(/^cannot write to the data folder .* \(E[A-Z]+\): make it writable .* --data-dir$/);
  }
});

test('A process that has ended but was not waited for is not alive', async () => {
  // The shell's child ends while the shell, replaced by sleep, never waits for it.
  const child = spawn('sh', ['-c', 'sh -c "exit 0" & echo $!; exec sleep 60'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const [data] = (await once(child.stdout, 'data')) as [Buffer];
  const pid = Number(data.toString());
  const born = identify(pid);
  await expect.poll(() => isAlive(born), { timeout: 5000 }).toBe(false);
  expect(isAlive(identify(child.pid ?? 0))).toBe(true);
});
