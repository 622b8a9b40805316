import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../cli/run-cli.ts';
import { demo, savedResults, SHORT } from './demo-run.ts';
import { processesOf } from './processes-of.ts';

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
});
