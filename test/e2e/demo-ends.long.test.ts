import { existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ended, runCli, startCli, untilSaid } from '../cli/run-cli.ts';
import { demo, savedResults, SHORT } from './demo-run.ts';
import { processesOf } from './processes-of.ts';

/** What Ctrl-C may take until nothing of the demo is left. */
const STOP_LIMIT_MS = 15_000;
/** What may be left of a killed demo, and how long. */
const GONE_LIMIT_MS = 10_000;

let folder = '';
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'benchwright-demo-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('benchwright demo', () => {
  it('runs its own experiment after a demo that was killed; stops everything on Ctrl-C and keeps what was measured', async () => {
    const killed = startCli(demo(folder, '--set', 'repetitions=20'), { cwd: folder });
    const gone = ended(killed);
    await untilSaid(killed, /live page/);
    killed.kill('SIGKILL');
    await gone;

    const child = startCli(demo(folder, '--set', 'repetitions=20'), { cwd: folder });
    const closed = ended(child);
    await untilSaid(child, /[1-9]\/120 trials/);
    const began = performance.now();
    child.kill('SIGINT');
    const run = await closed;
    expect(performance.now() - began).toBeLessThan(STOP_LIMIT_MS);
    expect(run.code, run.stderr).toBe(130);
    expect(run.stderr).toMatch(/canceled exp_\w+, which an earlier demo left unfinished/);
    expect(run.stderr).toMatch(/interrupted: what was measured is kept/);
    expect(processesOf(folder)).toEqual([]);
    const results = savedResults(folder);
    expect(results.experiment.status).toBe('canceled');
    expect(results.trials.filter((trial) => trial.state === 'ok').length).toBeGreaterThan(0);
    expect(existsSync(join(folder, 'results', results.experiment.id, 'report.html'))).toBe(true);
  });

  it('killed while it measures leaves nothing for 10 s: neither service, server, load engine nor guardian', async () => {
    const killed = startCli(demo(folder, '--set', 'repetitions=20'), { cwd: folder });
    const gone = ended(killed);
    await untilSaid(killed, /first number/);
    const running = processesOf(folder);
    for (const what of [' serve ', 'guardian-main']) expect(running.some((each) => each.includes(what))).toBe(true);
    killed.kill('SIGKILL');
    await gone;
    await expect.poll(() => processesOf(folder), { timeout: GONE_LIMIT_MS, interval: 100 }).toEqual([]);
    expect(readdirSync(join(folder, 'data', 'runner', 'trials'))).toEqual([]);
  });

  it('ends when its service dies, says how, and leaves no process', async () => {
    const child = startCli(demo(folder, '--set', 'repetitions=20'), { cwd: folder });
    const closed = ended(child);
    await untilSaid(child, /first number/);
    const service = processesOf(folder).find((each) => each.includes(' serve ')) ?? '';
    process.kill(Number.parseInt(service, 10), 'SIGKILL');
    const run = await closed;
    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(/the demo's service was ended by SIGKILL/);
    expect(processesOf(folder)).toEqual([]);
  });

  it('falls back to the Node targets where there is no Python, and says so', async () => {
    const run = await runCli(demo(folder, ...SHORT), { cwd: folder, env: { PATH: pathWithout(/^python/) } });
    expect(run.stderr).toMatch(/FastAPI and Django cannot run here: no Python was found: install Python 3\.11/);
    expect(run.code, run.stderr).toBe(0);
    expect([...new Set(savedResults(folder).cells.map((cell) => cell.deployment))].sort()).toEqual(['express', 'hono']);
    expect(processesOf(folder)).toEqual([]);
  });
});

/** A PATH of links to everything on the present one whose name does not match. */
function pathWithout(name: RegExp): string {
  const bin = mkdtempSync(join(folder, 'bin-'));
  for (const directory of (process.env['PATH'] ?? '').split(delimiter).filter((each) => existsSync(each))) {
    for (const program of readdirSync(directory)) {
      if (!name.test(program) && !existsSync(join(bin, program)))
        symlinkSync(join(directory, program), join(bin, program));
    }
  }
  return bin;
}
