import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadResultSchema } from '../../src/core/load-result.ts';
import { resultsSchema } from '../../src/core/results.ts';
import { startNullServer } from '../../src/load/null-server.ts';
import { type CliRun, ended, untilSaid } from '../cli/run-cli.ts';
import { cloneCheckout, litter, npm, npx, pack, type Tarball } from './packed.ts';
import { processesOf } from './processes-of.ts';

/** Above it something is in the package that its users do not need. */
const MAX_TARBALL_BYTES = 1_000_000;
/** Packing and installing, with the packages of the lock file in npm's cache. */
const INSTALL_TIMEOUT_MS = 120_000;

let folder = '';
/** Where the package is installed; nothing of the checkout is above it. */
let elsewhere = '';
let tarball: Tarball;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'benchwright-package-'));
  elsewhere = join(folder, 'elsewhere');
  mkdirSync(elsewhere);
  const clone = cloneCheckout(folder);
  litter(clone);
  tarball = pack(clone, folder);
  rmSync(clone, { recursive: true });
  writeFileSync(join(elsewhere, 'package.json'), '{}');
  npm(elsewhere, 'install', tarball.path, '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error');
}, INSTALL_TIMEOUT_MS);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(...args: string[]): Promise<CliRun> {
  return ended(npx(elsewhere, ...args));
}

describe('the package that npm packs', () => {
  it('holds what runs and what is read, and nothing that tools, tests or runs made', () => {
    process.stdout.write(`package: ${tarball.files.length} files, ${Math.round(tarball.bytes / 1000)} kB packed\n`);
    for (const file of [
      'bin/benchwright.js',
      'dist/cli/main.js',
      'dist/load/main.js',
      'experiments/quick.yaml',
      'migrations/meta/_journal.json',
      'targets/contract.yaml',
      'targets/fastapi/requirements.lock',
      'targets/hono/package-lock.json',
      'LICENSE',
    ])
      expect(tarball.files).toContain(file);
    const stray = /\.(?:ts|map|pyc|tsbuildinfo|log|tgz)$|node_modules|\.venv|__pycache__|removed-long-ago|secret\.key/;
    expect(tarball.files.filter((file) => stray.test(file))).toEqual([]);
    const folders = new Set(tarball.files.filter((file) => file.includes('/')).map((file) => file.split('/')[0] ?? ''));
    expect([...folders].sort()).toEqual(['bin', 'dist', 'docs', 'experiments', 'migrations', 'targets']);
    expect(tarball.bytes).toBeLessThan(MAX_TARBALL_BYTES);
  });

  it('holds every file that its README links to', () => {
    const readme = readFileSync(join(elsewhere, 'node_modules/benchwright/README.md'), 'utf8');
    const linked = [...readme.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, path = '']) => path);
    expect(linked.length).toBeGreaterThan(0);
    const missing = linked.filter(
      (path) => !tarball.files.some((file) => file === path || file.startsWith(`${path}/`)),
    );
    expect(missing).toEqual([]);
  });
});

describe('the package, installed elsewhere', () => {
  it('tells its version, and prints a unit for itself', async () => {
    const { version } = JSON.parse(readFileSync(join(elsewhere, 'node_modules/benchwright/package.json'), 'utf8')) as {
      version: string;
    };
    expect(await run('--version')).toMatchObject({ code: 0, stdout: `${version}\n`, stderr: '' });
    const unit = await run('runner', '--print-unit');
    expect(unit.stdout).toContain(`${elsewhere}/node_modules/benchwright/bin/benchwright.js runner --url`);
  });

  it('audits the example', async () => {
    const audit = await run('audit', '--example');
    expect(audit).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/All 9 rows of Table 5/) });
  });

  it('loads a server', async () => {
    const server = await startNullServer();
    const load = await run(
      'load',
      `http://127.0.0.1:${server.port}/`,
      '--duration',
      '0.5',
      '--warmup',
      '0.1',
      '--json',
    );
    await server.close();
    expect(load.code, load.stderr).toBe(0);
    expect(loadResultSchema.parse(JSON.parse(load.stdout)).ok).toBeGreaterThan(10);
  });

  it('measures a Python and a Node target in a demo that runs the build, leaves results and no process', async () => {
    const child = npx(elsewhere, 'demo', spec(), '--exit', '--port', '0');
    const closed = ended(child);
    await untilSaid(child, /first number/);
    const installed = join(elsewhere, 'node_modules', 'benchwright');
    const running = processesOf(elsewhere);
    expect(running.some((each) => each.includes(`${installed}/bin/benchwright.js serve`))).toBe(true);
    expect(running.some((each) => each.includes(`${installed}/dist/load/main.js`))).toBe(true);

    const demo = await closed;
    expect(demo.code, demo.stderr).toBe(0);
    expect(demo.stderr).toMatch(/live page: http:\/\/127\.0\.0\.1:\d+\/r\/exp_/);
    expect(demo.stdout).toMatch(/Packed: succeeded, 2 of 2 trials/);
    expect(processesOf(elsewhere)).toEqual([]);
    const [id = ''] = readdirSync(join(elsewhere, 'results'));
    const left = join(elsewhere, 'results', id);
    expect(readdirSync(left).sort()).toEqual(['cells.csv', 'report.html', 'results.json', 'trials.csv']);
    const results = resultsSchema.parse(JSON.parse(readFileSync(join(left, 'results.json'), 'utf8')));
    const first = results.trials.filter((trial) => trial.run === 1);
    expect(first.map((trial) => `${trial.deployment} ${trial.state}, ${trial.failed} failed`).sort()).toEqual([
      'fastapi ok, 0 failed',
      'hono ok, 0 failed',
    ]);
    // The figures are drawn by what the package brings, on a path of their own.
    expect(readFileSync(join(left, 'report.html'), 'utf8')).toContain('<svg');
  });
});

function spec(): string {
  const file = join(elsewhere, 'packed.yaml');
  writeFileSync(
    file,
    JSON.stringify({
      name: 'Packed',
      deployments: [
        { id: 'fastapi', target: 'fastapi', server: 'uvicorn' },
        { id: 'hono', target: 'hono', server: 'node' },
      ],
      load: [{ model: 'closed', connections: [2] }],
      repetitions: 1,
      warmup_s: 0.5,
      window_s: 2,
    }),
  );
  return file;
}
