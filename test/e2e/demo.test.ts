import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ended, runCli, startCli, untilSaid } from '../cli/run-cli.ts';
import { demo, savedResults, SHORT } from './demo-run.ts';
import { processesOf } from './processes-of.ts';

/** What Ctrl-C may take until nothing of the demo is left. */
const STOP_LIMIT_MS = 15_000;

let folder = '';
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'benchwright-demo-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('benchwright demo', () => {
  it('measures real FastAPI and Django through the API, leaves JSON, CSV and page, and no process', async () => {
    const run = await runCli(demo(folder, ...SHORT), { cwd: folder });
    expect(run.stderr).toMatch(/live page: http:\/\/127\.0\.0\.1:\d+\/r\/exp_/);
    expect(run.code, run.stderr).toBe(0);

    const results = savedResults(folder);
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
});
