import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { processesOf } from '../../e2e/processes-of.ts';
import { FIXTURES } from './fixture-trial.ts';
import { expectNothingLeft } from './nothing-left.ts';
import { fixtureSpec, type Script, scriptedService, type ScriptedService } from './scripted-service.ts';

const BIN = fileURLToPath(new URL('../../../bin/benchwright.js', import.meta.url));
/** Of a killed runner nothing may be left after this. */
const GONE_MS = 10_000;

/** The binary, as the leader of a group of its own, in its data folder. */
export function startRunner(service: ScriptedService, folder: string): ChildProcess {
  const argv = [BIN, 'runner', '--once', '--targets', FIXTURES, '--data-dir', folder];
  const env = { ...process.env, BENCHWRIGHT_URL: service.url, BENCHWRIGHT_KEY: 'bw_runner_test' };
  return spawn(process.execPath, argv, { cwd: folder, env, detached: true, stdio: 'ignore' });
}

/** First a trial that is over at once, then one of the server in question; more connections than probe and contract open. */
export function jobOf(server: string, window_s: number) {
  const spec = fixtureSpec(['answers-wrong', server], { window_s }, 4);
  const schedule = [{ block: 1, cells: ['answers-wrong.w1.c4', `${server}.w1.c4`] }];
  const ids = { job_id: 'job_1', experiment_id: 'exp_1', attempt: 1, generation: 1, lease_id: 'lea_1' };
  return { spec, job: { ...ids, spec, schedule, done_trials: [], deadline_in_s: 300 } };
}

/** Runs the job until its heartbeat says that the window has begun, kills the runner, and sees that nothing is left. */
export async function killInWindow(server: string, folder: string, whole: boolean): Promise<void> {
  const inWindow = Promise.withResolvers<void>();
  const { spec, job } = jobOf(server, 60);
  const script: Script = ({ call, body }) => {
    const progress = body['progress'] as { phase?: string } | undefined;
    if (call === 'heartbeat' && progress?.phase === 'window') inWindow.resolve();
    // What was measured stays in the spool.
    if (call === 'put') return { status: 503 };
    return call === 'claims' ? { status: 200, body: job } : null;
  };
  const service = await scriptedService(spec, script);
  try {
    const runner = startRunner(service, folder);
    const exited = once(runner, 'exit');
    await Promise.race([inWindow.promise, exited.then(() => Promise.reject(new Error('the runner ended by itself')))]);
    const running = processesOf(folder);
    for (const what of ['guardian-main', 'load/main', `${server}.js`])
      expect(
        running.some((each) => each.includes(what)),
        `${what} in ${running.join('\n')}`,
      ).toBe(true);
    process.kill(whole ? -(runner.pid ?? 0) : (runner.pid ?? 0), 'SIGKILL');
    await exited;
    await expect.poll(() => processesOf(folder), { timeout: GONE_MS, interval: 50 }).toEqual([]);
    expectNothingLeft(folder);
    expect(readdirSync(join(folder, 'spool'), { recursive: true }).length).toBeGreaterThan(0);
  } finally {
    await service.close();
  }
}
