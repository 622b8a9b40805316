import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync, chmodSync, chownSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { readProcesses, userOf } from '../../../src/runner/process-table.ts';
import { readText } from '../../../src/runner/read-text.ts';
import { entriesOfUser, removeFilesOfUser } from '../../../src/runner/user-files.ts';
import { noteUser } from '../../../src/runner/user-leftovers.ts';
import { expectNothingOpen } from '../support/nothing-left.ts';
import { fixtureSpec, scriptedService } from '../support/scripted-service.ts';
import { run } from '../support/with-service.ts';
import { mayBecomeOthers, OTHER_USER } from './other-user.ts';
import { openFolder } from './repository.ts';

afterEach(expectNothingOpen);

const { uid, gid } = OTHER_USER;
const processesOfUser = (): number[] => readProcesses().flatMap(({ pid }) => (userOf(pid) === uid ? [pid] : []));

/** What code of that user may do. */
function asUser(script: string): void {
  const done = spawnSync('/bin/sh', ['-c', script], { uid, gid, cwd: '/', stdio: 'ignore' });
  if (done.status !== 0) throw new Error(`${script} ended with code ${done.status}`);
}

const memoryOfUser = (): number =>
  ['shm', 'sem', 'msg'].flatMap((kind) =>
    (readText(`/proc/sysvipc/${kind}`) ?? '')
      .split('\n')
      .filter((row) => row.trim().split(/\s+/).includes(String(uid))),
  ).length;

describe.skipIf(!mayBecomeOthers())('what code from git leaves behind', () => {
  it('of a runner that was killed with its guardian is ended and removed by the next one', async () => {
    using folder = openFolder();
    const service = await scriptedService(fixtureSpec(['good']), () => null);
    const file = `/tmp/benchwright-left-${process.pid}`;
    try {
      // Not disposed of: so does a runner that is killed.
      noteUser(folder.path, OTHER_USER);
      asUser(`env -i setsid sleep 615 > /dev/null 2>&1 & echo x > ${file}`);
      await expect.poll(() => processesOfUser().length, { interval: 10 }).toBe(1);
      await run({ service, folder: folder.path });
    } finally {
      await service.close();
    }
    expect(processesOfUser()).toEqual([]);
    expect(existsSync(file)).toBe(false);
    expect(existsSync(join(folder.path, 'run-as.json'))).toBe(false);
  });

  it('is found in the folders of others that are open to all', () => {
    using shared = openFolder();
    for (const [name, mode] of [
      ['sockets', 0o1777],
      ['private', 0o755],
    ] as const) {
      const folder = join(shared.path, name);
      mkdirSync(folder);
      chmodSync(folder, mode);
      writeFileSync(join(folder, 'theirs'), '');
      writeFileSync(join(folder, 'ours'), '');
      chownSync(join(folder, 'theirs'), uid, gid);
    }
    expect(entriesOfUser(uid, 0, [shared.path])).toEqual([join(shared.path, 'sockets', 'theirs')]);
  });

  it('in memory without a process is removed too', async () => {
    asUser('ipcmk -M 4096 && ipcmk -S 1 && ipcmk -Q');
    expect(memoryOfUser()).toBe(3);
    await removeFilesOfUser(uid, Date.now(), null);
    expect(memoryOfUser()).toBe(0);
  });

  it('finds a home in a data folder that was made with a narrow umask', async () => {
    using folder = openFolder();
    for (const name of ['provision', 'trials']) mkdirSync(join(folder.path, name), { mode: 0o700 });
    chmodSync(join(folder.path, 'provision'), 0o755);
    const service = await scriptedService(fixtureSpec(['good']), () => null);
    const entered = (): number | null =>
      spawnSync('/bin/sh', ['-c', `cd ${join(folder.path, 'trials')}`], { uid, gid, cwd: '/' }).status;
    expect(entered()).not.toBe(0);
    try {
      await run({ service, folder: folder.path, options: { runAs: OTHER_USER.name } });
    } finally {
      await service.close();
    }
    expect(entered()).toBe(0);
    rmSync(join(folder.path, 'trials'), { recursive: true });
  });
});
