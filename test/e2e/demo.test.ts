import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Results, resultsSchema } from '../../src/core/results.ts';
import { ended, runCli, startCli, untilSaid } from '../cli/run-cli.ts';
import { processesOf } from './processes-of.ts';

/** What Ctrl-C may take until nothing of the demo is left. */
const STOP_LIMIT_MS = 15_000;
/** What may be left of a killed demo, and how long. */
const GONE_LIMIT_MS = 10_000;

let folder = '';
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'benchwright-demo-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SHORT = ['repetitions=1', 'window_s=2', 'warmup_s=0.5', 'load.0.users=[20]'].flatMap((setting) => [
  '--set',
  setting,
]);

function demo(...more: string[]): string[] {
  return ['demo', '--exit', '--port', '0', '--data-dir', join(folder, 'data'), ...more];
}

function savedResults(): Results {
  const [id = ''] = readdirSync(join(folder, 'results')).sort().slice(-1);
  return resultsSchema.parse(JSON.parse(readFileSync(join(folder, 'results', id, 'results.json'), 'utf8')));
}

describe('benchwright demo', () => {
  it('measures real FastAPI and Django through the API, leaves JSON, CSV and page, and no process', async () => {
    const run = await runCli(demo(...SHORT), { cwd: folder });
    expect(run.stderr).toMatch(/live page: http:\/\/127\.0\.0\.1:\d+\/r\/exp_/);
    expect(run.code, run.stderr).toBe(0);

    const results = savedResults();
    expect(results.experiment).toMatchObject({ status: 'succeeded', trials_planned: 6, trials_done: 6 });
    expect(results.cells.map((cell) => `${cell.deployment} ${cell.interface}`).sort()).toEqual([
      'django-asgi asgi',
      'django-asgi asgi',
      'django-wsgi wsgi',
      'django-wsgi wsgi',
      'fastapi asgi',
      'fastapi asgi',
    ]);
    // On a busy machine a trial may be void, and then says so; but every one was measured.
    for (const trial of results.trials)
      expect(trial).toMatchObject({ state: 'ok', failed: 0, throughput_rps: expect.any(Number) });
    const software = results.software.map((each) => each.argv.join(' '));
    expect(software.some((argv) => argv.includes('--interface wsgi'))).toBe(true);
    expect(run.stdout).toContain('Django (WSGI)');

    const id = results.experiment.id;
    const rows = parse<Record<string, string>>(readFileSync(join(folder, 'results', id, 'cells.csv')), {
      columns: true,
    });
    expect(rows.map((row) => row['cell'])).toEqual(results.cells.map((cell) => cell.cell));
    const page = readFileSync(join(folder, 'results', id, 'report.html'), 'utf8');
    for (const cell of results.cells) expect(page).toContain(cell.deployment);
    expect(processesOf(folder)).toEqual([]);
  });

  it('runs its own experiment after a demo that was killed; stops everything on Ctrl-C and keeps what was measured', async () => {
    const killed = startCli(demo('--set', 'repetitions=20'), { cwd: folder });
    const gone = ended(killed);
    await untilSaid(killed, /live page/);
    killed.kill('SIGKILL');
    await gone;

    const child = startCli(demo('--set', 'repetitions=20'), { cwd: folder });
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
    const results = savedResults();
    expect(results.experiment.status).toBe('canceled');
    expect(results.trials.filter((trial) => trial.state === 'ok').length).toBeGreaterThan(0);
    expect(existsSync(join(folder, 'results', results.experiment.id, 'report.html'))).toBe(true);
  });

  it('killed while it measures leaves nothing for 10 s: neither service, server, load engine nor guardian', async () => {
    const killed = startCli(demo('--set', 'repetitions=20'), { cwd: folder });
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
    const child = startCli(demo('--set', 'repetitions=20'), { cwd: folder });
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
    const run = await runCli(demo(...SHORT), { cwd: folder, env: { PATH: pathWithout(/^python/) } });
    expect(run.stderr).toMatch(/FastAPI and Django cannot run here: no Python was found: install Python 3\.11/);
    expect(run.code, run.stderr).toBe(0);
    expect([...new Set(savedResults().cells.map((cell) => cell.deployment))].sort()).toEqual(['express', 'hono']);
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
