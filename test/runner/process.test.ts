import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { isRunning } from './support/is-running.ts';
import { FIXTURES } from './support/fixture-trial.ts';
import { expectNothingOpen, TEST_OWNER } from './support/nothing-left.ts';
import { cgroupPids, joinCgroup, killCgroup, makeCgroup, removeCgroup } from '../../src/runner/cgroup.ts';
import { newTrialId } from '../../src/runner/leftovers.ts';
import { freePort, isListening } from '../../src/runner/ports.ts';
import { type ServerProcess, startServer } from '../../src/runner/process.ts';
import { readText } from '../../src/runner/read-text.ts';
import { waitReady } from '../../src/runner/ready.ts';
import { serverEnvironment } from '../../src/runner/server-environment.ts';

const home = mkdtempSync(join(tmpdir(), 'benchwright-test-'));
afterAll(() => rmSync(home, { recursive: true }));
afterEach(expectNothingOpen);

interface Start {
  readonly contained?: boolean;
  readonly port?: number;
}

async function start(file: string, options: Start = {}): Promise<ServerProcess> {
  const server = await startOnly(file, options);
  await waitReady(server, '/test', 10, new AbortController().signal);
  return server;
}

async function startOnly(file: string, { contained = true, port: given }: Start = {}): Promise<ServerProcess> {
  const trialId = newTrialId(TEST_OWNER);
  const port = given ?? (await freePort());
  return await startServer({
    argv: ['node', file, String(port), '1'],
    cwd: join(FIXTURES, 'fixture'),
    env: serverEnvironment({ trialId, env: {}, home, bin: [] }),
    cpus: [],
    port,
    trialId,
    guarded: null,
    contained,
  });
}

/** A server that is not the trial's. */
async function stranger(port: number): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['good.js', String(port)], { cwd: join(FIXTURES, 'fixture'), stdio: 'ignore' });
  await expect.poll(() => isListening(port)).toBe(true);
  return child;
}

describe('stopping a server', () => {
  it('ends one that heeds SIGTERM, frees its port, and says that nothing is left', async () => {
    const server = await start('good.js');
    const stopped = await server.stop(5000);
    expect(stopped).toMatchObject({ killed: false, left: null });
    expect(await server.exited).toEqual({ code: null, signal: 'SIGTERM' });
    expect(await isListening(server.port)).toBe(false);
  });

  it('kills one that ignores SIGTERM when its grace is over', async () => {
    const server = await start('ignores-sigterm.js');
    const stopped = await server.stop(300);
    expect(stopped).toMatchObject({ killed: true, left: null });
    expect(stopped.ms).toBeGreaterThanOrEqual(300);
    expect(server.exit()).toEqual({ code: null, signal: 'SIGKILL' });
    expect(server.output()).toContain('not now');
  });

  it('finds a grandchild that has a session of its own and whose parent has died, and ends it', async () => {
    const server = await start('forks-away.js');
    const pid = Number(/grandchild (\d+)/.exec(server.output())?.[1]);
    expect(isRunning(pid)).toBe(true);
    const stopped = await server.stop(5000);
    expect(stopped).toMatchObject({ killed: false, left: null });
    expect(isRunning(pid)).toBe(false);
  });

  it('finds a daemon that nothing but its port gives away, ends it, and says which process that was', async () => {
    const server = await start('daemonises.js', { contained: false });
    const stopped = await server.stop(5000);
    expect(stopped).toMatchObject({ killed: false, left: null });
    expect(stopped.held_port).toHaveLength(1);
    expect(isRunning(stopped.held_port[0] ?? 0)).toBe(false);
    expect(await isListening(server.port)).toBe(false);
  });

  it('lets a process live that listened on the port before the trial, and says who it is', async () => {
    const port = await freePort();
    const other = await stranger(port);
    try {
      const server = await startOnly('never-listens.js', { port });
      const stopped = await server.stop(5000);
      expect(stopped.held_port).toEqual([]);
      expect(stopped.left).toMatch(`something still listens on port ${port}: process ${other.pid} (`);
      expect(isRunning(other.pid ?? 0)).toBe(true);
    } finally {
      const gone = once(other, 'exit');
      other.kill('SIGKILL');
      await gone;
    }
  });

  it.each([true, false])(
    'wins over processes that run away faster than one can look (control group: %s)',
    async (contained) => {
      const server = await start('runs-away.js', { contained });
      const stopped = await server.stop(300);
      expect(stopped).toMatchObject({ killed: true, held_port: [], left: null });
    },
  );

  it('with no grace hurries a stop that is under way', async () => {
    const server = await start('ignores-sigterm.js');
    const patient = server.stop(60_000);
    server.end({ reason: 'memory-limit', says: 'too much' });
    expect(await patient).toMatchObject({ killed: true, left: null });
    expect(server.breach()).toEqual({ reason: 'memory-limit', says: 'too much' });
  });

  it('gives the same answer when it is asked again', async () => {
    const server = await start('good.js');
    const [first, second] = await Promise.all([server.stop(5000), server.stop(5000)]);
    expect(second).toBe(first);
    expect(await server.stop(0)).toBe(first);
  });

  it('is quick with one that has ended by itself', async () => {
    const server = await start('good.js');
    process.kill(server.pid, 'SIGKILL');
    await server.exited;
    const stopped = await server.stop(5000);
    expect(stopped).toMatchObject({ killed: false, left: null });
    expect(stopped.ms).toBeLessThan(1000);
  });
});

describe('a server whose runner is killed together with its guardian', () => {
  it('gets SIGTERM where the platform has parent-death signals, and ends', async () => {
    const trialId = newTrialId(TEST_OWNER);
    const port = await freePort();
    const command = {
      argv: ['node', 'good.js', String(port)],
      cwd: join(FIXTURES, 'fixture'),
      env: serverEnvironment({ trialId, env: {}, home, bin: [] }),
      cpus: [],
      port,
      trialId,
      guarded: null,
      contained: false,
    };
    const module = fileURLToPath(new URL('../../src/runner/process.ts', import.meta.url));
    const script = `const { startServer } = await import(${JSON.stringify(module)});
      const server = await startServer(${JSON.stringify(command)});
      console.log(server.pid);
      setInterval(() => {}, 1000);`;
    const runner = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [first] = (await once(runner.stdout, 'data')) as [Buffer];
    const pid = Number(first.toString());
    expect(isRunning(pid)).toBe(true);
    // One that dies before its server's wrapper has asked for the signal leaves it to the guardian, of which there is none here.
    await expect.poll(() => isListening(port), { interval: 5 }).toBe(true);
    runner.kill('SIGKILL');
    await expect.poll(() => isRunning(pid), { timeout: 5000 }).toBe(false);
  });
});

describe('a control group', () => {
  it('is made exactly where one can be made, and holds what is started in it until it is empty', async () => {
    const group = makeCgroup(newTrialId(TEST_OWNER));
    expect(group !== null).toBe(mayMakeCgroups());
    if (group === null) return;
    const child = spawn('sleep', ['600'], { stdio: 'ignore' });
    expect(joinCgroup(group, child.pid ?? 0)).toBe(true);
    removeCgroup(group);
    expect(cgroupPids(group)).toEqual([child.pid]);
    const gone = once(child, 'exit');
    expect(killCgroup(group)).toBe(true);
    await gone;
    removeCgroup(group);
    expect(existsSync(group)).toBe(false);
  });
});

/** Tried: below the group of version 2 that this process is in, which the file system of that kind shows. */
function mayMakeCgroups(): boolean {
  const found = spawnSync('findmnt', ['-rn', '-t', 'cgroup2', '-o', 'TARGET,FSROOT'], { encoding: 'utf8' });
  const own = /^0::(.*)$/m.exec(readText('/proc/self/cgroup') ?? '')?.[1];
  const [target, root] = (found.stdout ?? '').trim().split(/\s+/);
  if (target === undefined || root === undefined || own === undefined) return false;
  const folder = join(target, relative(root, own), `benchwright-test-${process.pid}`);
  try {
    mkdirSync(folder);
    rmdirSync(folder);
    return true;
  } catch {
    return false;
  }
}

describe('starting a server', () => {
  it('makes it the first that the kernel ends when memory does', async () => {
    const server = await start('good.js');
    expect(readText(`/proc/${server.pid}/oom_score_adj`)).toBe('1000\n');
    await server.stop(5000);
  });

  it('throws when there is no such program, and leaves nothing', async () => {
    const command = {
      argv: ['no-such-program'],
      cwd: home,
      env: { PATH: '/usr/bin' },
      cpus: [],
      port: 1,
      trialId: newTrialId(TEST_OWNER),
      guarded: null,
    };
    await expect(startServer(command)).rejects.toThrow('there is no program no-such-program');
  });

  it('gives it an environment of its own: nothing of the runner’s but what it needs', () => {
    process.env['BENCHWRIGHT_KEY'] = 'secret';
    process.env['WEB_CONCURRENCY'] = '7';
    try {
      const environment = serverEnvironment({
        trialId: 'test.1',
        env: { NODE_ENV: 'production' },
        home,
        bin: ['/x/bin'],
      });
      expect(environment).not.toHaveProperty('BENCHWRIGHT_KEY');
      expect(environment).not.toHaveProperty('WEB_CONCURRENCY');
      expect(environment).toMatchObject({ NODE_ENV: 'production', BENCHWRIGHT_RESET: '1', HOME: home });
      expect(environment['PATH']).toMatch(/^\/x\/bin:/);
    } finally {
      delete process.env['BENCHWRIGHT_KEY'];
      delete process.env['WEB_CONCURRENCY'];
    }
  });
});
