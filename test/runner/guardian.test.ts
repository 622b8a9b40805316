import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { readProcesses } from '../../src/runner/process-table.ts';
import { isListening } from '../../src/runner/ports.ts';
import { readText } from '../../src/runner/read-text.ts';
import { processesOf } from '../e2e/processes-of.ts';
import { temporaryFolder } from './support/fixture-trial.ts';
import type { GuardedRunner } from './support/guarded-runner.ts';
import { expectNothingOpen, isOwnedBy, TEST_OWNER } from './support/nothing-left.ts';

/** Of a killed runner nothing may be left after this. */
const GONE_MS = 10_000;
const SCRIPT = fileURLToPath(new URL('./support/guarded-runner.ts', import.meta.url));

interface Running extends AsyncDisposable {
  readonly runner: ChildProcessWithoutNullStreams;
  /** What it says. */
  readonly lines: Interface;
  /** Of the server that it started; of an installer, nothing. */
  readonly port: number;
  readonly home: string;
}

/** A runner in a group of its own, once what it was told to start is up. */
async function startRunner(order: GuardedRunner): Promise<Running> {
  const runner = spawn(process.execPath, [SCRIPT, JSON.stringify(order)], { detached: true });
  runner.stderr.pipe(process.stderr);
  const exited = once(runner, 'exit');
  const end = async (): Promise<void> => {
    runner.kill('SIGKILL');
    await exited;
  };
  const lines = createInterface({ input: runner.stdout });
  const [line] = (await once(lines, 'line')) as [string];
  // A guardian that is still starting would end at a signal, as any program does.
  await expect.poll(() => guardiansOf(order.folder).filter(heedsNoSignal), { interval: 5 }).toHaveLength(1);
  return { runner, lines, ...(JSON.parse(line) as { port: number; home: string }), [Symbol.asyncDispose]: end };
}

/** proc_pid_status(5): it catches the last of its signals, SIGQUIT, number 3. SIGTERM Node catches for itself from the start. */
function heedsNoSignal(pid: number): boolean {
  const caught = /^SigCgt:\s*([0-9a-f]+)/m.exec(readText(`/proc/${pid}/status`) ?? '')?.[1] ?? '0';
  return ((BigInt(`0x${caught}`) >> 2n) & 1n) === 1n;
}

const guardiansOf = (folder: string): number[] =>
  processesOf(folder).flatMap((each) => (each.includes('guardian-main') ? [Number.parseInt(each, 10)] : []));

/** What the runner of a folder started that still lives: its guardian, and what carries its marker. */
const leftOf = (folder: string): number[] => [
  ...guardiansOf(folder),
  ...readProcesses().flatMap((row) => (isOwnedBy(row.pid, TEST_OWNER) ? [row.pid] : [])),
];

async function killed({ runner }: Running, group = false): Promise<void> {
  const exited = once(runner, 'exit');
  process.kill(group ? -(runner.pid ?? 0) : (runner.pid ?? 0), 'SIGKILL');
  await exited;
}

async function expectGone(folder: string, { port, home }: Running): Promise<void> {
  await expect.poll(() => leftOf(folder), { timeout: GONE_MS, interval: 50 }).toEqual([]);
  expect(await isListening(port)).toBe(false);
  expect(existsSync(home)).toBe(false);
}

describe('the guardian of a runner', () => {
  afterEach(expectNothingOpen);

  it.each([
    { file: 'ignores-sigterm.js', how: 'ignores SIGTERM', group: false, contained: false },
    { file: 'forks-away.js', how: 'forks away', group: true, contained: false },
    { file: 'daemonises.js', how: 'made itself a daemon without a trace', group: true, contained: false },
    { file: 'runs-away.js', how: 'runs away for ever', group: false, contained: true },
  ])(
    'ends a server that $how, and the trial’s folder, when its runner is killed',
    async ({ file, group, contained }) => {
      using folder = temporaryFolder();
      await using running = await startRunner({ owner: TEST_OWNER, folder: folder.path, file, contained });
      await killed(running, group);
      await expectGone(folder.path, running);
    },
  );

  it('is replaced when it is killed itself, and the new one knows what the old one knew', async () => {
    using folder = temporaryFolder();
    await using running = await startRunner({ owner: TEST_OWNER, folder: folder.path, file: 'good.js' });
    const [first = 0] = guardiansOf(folder.path);
    // To be seen among the processes it need not have been told anything yet.
    const told = once(running.lines, 'line');
    process.kill(first, 'SIGKILL');
    expect(await told).toEqual([expect.stringContaining('another was started')]);
    expect(guardiansOf(folder.path).filter((pid) => pid !== first)).toHaveLength(1);
    await killed(running);
    await expectGone(folder.path, running);
  });

  it('does not take a runner that is stopped for one that is dead, nor end at a signal', async () => {
    using folder = temporaryFolder();
    await using running = await startRunner({ owner: TEST_OWNER, folder: folder.path, file: 'good.js' });
    const [guardian = 0] = guardiansOf(folder.path);
    process.kill(running.runner.pid ?? 0, 'SIGSTOP');
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.kill(guardian, signal);
    // A hundred answers later both are still there.
    for (let i = 0; i < 100; i += 1) expect((await fetch(`http://127.0.0.1:${running.port}/test`)).status).toBe(200);
    expect(guardiansOf(folder.path)).toEqual([guardian]);
    process.kill(running.runner.pid ?? 0, 'SIGCONT');
    await killed(running);
    await expectGone(folder.path, running);
  });

  it('ends with a runner that ends well, and keeps none alive', async () => {
    using folder = temporaryFolder();
    await using running = await startRunner({ owner: TEST_OWNER, folder: folder.path, file: 'good.js' });
    running.runner.stdin.write('end\n');
    expect(await once(running.runner, 'exit')).toEqual([0, null]);
    expect(guardiansOf(folder.path)).toEqual([]);
  });

  it('ends an installer with all that it started, also what ignores SIGTERM in a session of its own', async () => {
    using folder = temporaryFolder();
    const script = `setsid sh -c 'trap "" TERM; sleep 600; sleep 600' & sh -c 'sleep 600; true' & wait`;
    await using running = await startRunner({ owner: TEST_OWNER, folder: folder.path, install: ['sh', '-c', script] });
    const started = () => readProcesses().filter((row) => isOwnedBy(row.pid, TEST_OWNER)).length;
    await expect.poll(started, { interval: 10 }).toBe(5);
    await killed(running);
    await expect.poll(() => leftOf(folder.path), { timeout: GONE_MS, interval: 50 }).toEqual([]);
  });
});
