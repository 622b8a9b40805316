import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { newTrialId } from '../../../src/runner/leftovers.ts';
import { startGroup } from '../../../src/runner/process-group.ts';
import { readProcesses, userOf } from '../../../src/runner/process-table.ts';
import { findRunAs } from '../../../src/runner/run-as.ts';
import { serverEnvironment } from '../../../src/runner/server-environment.ts';
import { entriesOfUser } from '../../../src/runner/user-files.ts';
import { expectNothingLeft, expectNothingOpen, TEST_OWNER } from '../support/nothing-left.ts';
import { mayBecomeOthers, OTHER_USER } from './other-user.ts';
import { openFolder, repository } from './repository.ts';
import { faultOf, nodeBuild, provisioned, SERVER, versionedTarget } from './versioned.ts';

afterEach(expectNothingOpen);

const processesOfUser = (): number[] =>
  readProcesses().flatMap(({ pid }) => (userOf(pid) === OTHER_USER.uid ? [pid] : []));

describe.skipIf(!mayBecomeOthers())('the user of --run-as', () => {
  it('is found by name and by number', () => {
    using folder = openFolder();
    expect(findRunAs('nobody', folder.path)).toEqual({ name: 'nobody', uid: 65_534, gid: expect.any(Number) });
    expect(findRunAs(OTHER_USER.name, folder.path)).toEqual(OTHER_USER);
  });

  it.each([
    ['nobody-of-that-name', /^There is no user nobody-of-that-name for --run-as: make one/],
    ['4294967295', /^There is no user 4294967295/],
    ['root', /is root: give a user without privileges/],
    ['0', /is root/],
  ])('that is none, or root, is refused with the remedy: %s', (name, says) => {
    using folder = openFolder();
    expect(() => findRunAs(name, folder.path)).toThrow(says);
  });

  it('whose group is root’s is refused: such may read what root keeps for its group', () => {
    using folder = openFolder();
    writeFileSync(join(folder.path, 'id'), '#!/bin/sh\n[ "$1" = -u ] && echo 1234 || echo 0\n', { mode: 0o755 });
    const before = process.env['PATH'];
    process.env['PATH'] = folder.path;
    try {
      expect(() => findRunAs('operator', folder.path)).toThrow(/--run-as operator is root’s group/);
    } finally {
      process.env['PATH'] = before;
    }
  });

  it('who cannot enter the data folder is refused with the remedy', () => {
    using folder = openFolder();
    const inner = join(folder.path, 'closed', 'data');
    mkdirSync(inner, { recursive: true });
    chmodSync(join(folder.path, 'closed'), 0o700);
    expect(() => findRunAs('nobody', inner)).toThrow(/The user nobody of --run-as cannot enter .*closed.*chmod o\+x/s);
  });

  it('builds what it cannot change afterwards, without privileges, other groups or a way to the runner’s secrets', async () => {
    using folder = openFolder();
    using repo = repository();
    repo.commit({ 'server.mjs': SERVER });
    const key = join(folder.path, 'runner.key');
    writeFileSync(key, 'bw_runner_secret', { mode: 0o600 });
    const script = `const fs = await import("node:fs");
      const attempt = (path) => { try { return fs.readFileSync(path, "utf8").length; } catch (error) { return error.code; } };
      const status = fs.readFileSync("/proc/self/status", "utf8");
      fs.writeFileSync("found.json", JSON.stringify({
        uid: process.getuid(), gid: process.getgid(), groups: process.getgroups(),
        key: attempt(${JSON.stringify(key)}), environment: attempt("/proc/${process.pid}/environ"),
        capabilities: /^CapEff:\\s*(\\w+)/m.exec(status)[1], nnp: /^NoNewPrivs:\\s*(\\d)/m.exec(status)[1],
      }));
      fs.chmodSync("found.json", 0o4777);`;
    const versioned = versionedTarget(folder.path, { git: repo.path, build: nodeBuild(script) });
    const { cwd, runAs } = await provisioned({ folder: folder.path, versioned, runAs: OTHER_USER });
    expect(runAs).toEqual(OTHER_USER);
    const file = join(cwd, 'found.json');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
      uid: OTHER_USER.uid,
      gid: OTHER_USER.gid,
      groups: [OTHER_USER.gid],
      key: 'EACCES',
      environment: 'EACCES',
      capabilities: '0000000000000000',
      nnp: '1',
    });
    for (const path of [file, cwd, join(cwd, 'server.mjs')]) {
      expect(statSync(path).uid, path).toBe(0);
      expect(statSync(path).mode & 0o7022, path).toBe(0);
    }
  });

  it('cannot change what was built of another commit, nor leave anything for the next build', async () => {
    using folder = openFolder();
    using repo = repository();
    const base = repo.commit({ 'server.mjs': SERVER });
    const benign = versionedTarget(folder.path, { git: repo.path });
    const { cwd } = await provisioned({ folder: folder.path, versioned: benign, ref: base, runAs: OTHER_USER });
    const head = repo.commit({ 'evil.txt': 'x' });
    const began = Date.now();
    // Changes the base, and waits in a session of its own, without a trace in its environment, for what is built next.
    const script = `echo slower >> ${cwd}/server.mjs; echo x > /tmp/benchwright-left-${process.pid}; mkdir /var/tmp/benchwright-left-${process.pid};
      env -i setsid sh -c 'sleep 613' > /dev/null 2>&1 & sleep 0.2; true`;
    const evil = versionedTarget(folder.path, { git: repo.path, build: ['sh', '-c', script] });
    await provisioned({ folder: folder.path, versioned: evil, ref: head, runAs: OTHER_USER });
    expect(readFileSync(join(cwd, 'server.mjs'), 'utf8')).toBe(SERVER);
    expect(processesOfUser()).toEqual([]);
    expect(entriesOfUser(OTHER_USER.uid, began - 1_000)).toEqual([]);
    expectNothingLeft(folder.path);
  });

  it('leaves no process that its user gives away and nothing else does', async () => {
    const trialId = newTrialId(TEST_OWNER);
    const group = await startGroup({
      argv: ['sh', '-c', '(env -i setsid sh -c "sleep 614 & sleep 614" > /dev/null 2>&1 &); exec sleep 614'],
      cwd: '/',
      env: serverEnvironment({ trialId, env: {}, home: '/', bin: [] }),
      cpus: [],
      trialId,
      guarded: null,
      contained: false,
      runAs: OTHER_USER,
    });
    await expect.poll(() => processesOfUser().length, { interval: 10 }).toBe(4);
    expect((await group.stop(null, 100)).left).toBeNull();
    expect(processesOfUser()).toEqual([]);
  });

  it('fills other disks than its own no further: what it writes where all may write is counted', async () => {
    using folder = openFolder();
    using repo = repository();
    repo.commit({ 'server.mjs': SERVER });
    const file = `/tmp/benchwright-filler-${process.pid}`;
    const build = ['sh', '-c', `while :; do head -c 1000000 /dev/zero >> ${file}; done`];
    const versioned = versionedTarget(folder.path, { git: repo.path, build });
    const order = { folder: folder.path, versioned, runAs: OTHER_USER, limits: { disk_mb: 20 } };
    expect((await faultOf(order)).reason).toBe('disk-limit');
    expect(entriesOfUser(OTHER_USER.uid, 0)).toEqual([]);
  });

  it('may link its files to each other, and makes no program of another user’s', async () => {
    using folder = openFolder();
    using repo = repository();
    repo.commit({ 'server.mjs': SERVER, 'run.sh': 'echo' });
    const build = [
      'sh',
      '-c',
      'ln server.mjs twin.mjs; cp /bin/sh shell; chmod 6755 shell; mkfifo pipe; chmod 000 run.sh',
    ];
    const versioned = versionedTarget(folder.path, { git: repo.path, build });
    const { cwd } = await provisioned({ folder: folder.path, versioned, runAs: OTHER_USER });
    expect(readFileSync(join(cwd, 'twin.mjs'), 'utf8')).toBe(SERVER);
    expect(statSync(join(cwd, 'shell')).mode & 0o7777).toBe(0o755);
    expect(statSync(join(cwd, 'run.sh')).mode & 0o7777).toBe(0o644);
    expect(statSync(join(cwd, 'pipe'), { throwIfNoEntry: false })).toBeUndefined();
  });

  it('builds nothing that holds a file of somebody else', async () => {
    using folder = openFolder();
    using repo = repository();
    repo.commit({ 'server.mjs': SERVER });
    const build = ['sh', '-c', `ln ${join(folder.path, 'targets', 'shop', 'target.yaml')} theirs || exit 7`];
    const versioned = versionedTarget(folder.path, { git: repo.path, build });
    const fault = await faultOf({ folder: folder.path, versioned, runAs: OTHER_USER });
    // Where the kernel protects hard links (fs.protected_hardlinks) the build fails; elsewhere its result is refused.
    expect(fault.message).toMatch(/ended with code 7|left a file of another user: theirs/);
  });
});

describe('a runner that is not root', () => {
  it('says that only root may become another user', () => {
    using folder = openFolder();
    expect(() => findRunAs('nobody', folder.path, 1000)).toThrow(/--run-as needs a runner of root/);
  });
});
