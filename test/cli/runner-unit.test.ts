import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from './run-cli.ts';

const BIN = fileURLToPath(new URL('../../bin/benchwright.js', import.meta.url));
/** Everything that means something to systemd or to a shell. */
const ODD_NAME = `50% of $HOME "and" 'more' ; \${PATH}`;

let folder = '';
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'benchwright-unit-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function printedUnit(...args: string[]): Promise<string> {
  const run = await runCli(['runner', '--print-unit', ...args], { cwd: folder });
  expect(run.stderr).toBe('');
  expect(run.code).toBe(0);
  return run.stdout;
}

/** Every value of a key, in any section. */
function valuesOf(unit: string, key: string): string[] {
  return unit
    .split('\n')
    .filter((line) => line.startsWith(`${key}=`))
    .map((line) => line.slice(key.length + 1));
}

/** The words of a line as systemd.syntax(7) reads them, with `%%` and `$$` resolved; variables stay as they are. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(([, quoted, bare]) =>
    (quoted?.replaceAll(/\\(.)/g, '$1') ?? bare ?? '').replaceAll('%%', '%').replaceAll('$$', () => '$'),
  );
}

function execStart(unit: string): string[] {
  return wordsOf(valuesOf(unit, 'ExecStart')[0] ?? '');
}

describe('benchwright runner --print-unit', () => {
  it('starts this Node and this binary with the options that were given, and restarts them for ever', async () => {
    const given = '--server-cpus 0,1,2 --generator-cpus 3 --server-memory-limit 512 --once --shared'.split(' ');
    const unit = await printedUnit('--url', 'https://bench.example.org', '--run-as', 'bench', ...given);
    const options = [...given, '--data-dir', '/var/lib/benchwright/runner'];
    expect(execStart(unit)).toEqual([
      process.execPath,
      BIN,
      'runner',
      '--url',
      'https://bench.example.org',
      ...options,
    ]);
    expect(valuesOf(unit, 'User')).toEqual(['bench']);
    expect(valuesOf(unit, 'StateDirectory')).toEqual(['benchwright/runner']);
    expect(valuesOf(unit, 'Restart')).toEqual(['always']);
    // With --once a service that is away for half a minute ends the runner with 5 too.
    expect(valuesOf(unit, 'RestartPreventExitStatus')).toEqual(['2']);
    expect(valuesOf(unit, 'KillMode')).toEqual(['mixed']);
    expect(Number(valuesOf(unit, 'TimeoutStopSec')[0])).toBeGreaterThanOrEqual(15);
    // Control groups of trials: allowed, and not read-only.
    expect(valuesOf(unit, 'Delegate')).toEqual(['']);
    expect(valuesOf(unit, 'ProtectControlGroups')).toEqual([]);
    expect(valuesOf(unit, 'After')).toEqual(['network-online.target']);
  });

  it('never holds the key: systemd hands a key file over, else reads an environment file', async () => {
    const withFile = await printedUnit('--key-file', 'runner.key');
    expect(valuesOf(withFile, 'LoadCredential')).toEqual([`key:${folder}/runner.key`]);
    expect(execStart(withFile).slice(-2)).toEqual(['--key-file', '${CREDENTIALS_DIRECTORY}/key']);

    const key = 'bw_runner_secret';
    const run = await runCli(['runner', '--print-unit'], { env: { BENCHWRIGHT_KEY: key } });
    expect(run.stdout).not.toContain(key);
    expect(valuesOf(run.stdout, 'EnvironmentFile')).toEqual(['/etc/benchwright/runner.env']);
    expect(run.stdout).toMatch(/BENCHWRIGHT_KEY=…/);
  });

  it('does not start again what starting again does not help: bad options, and a key that is refused', async () => {
    expect(valuesOf(await printedUnit(), 'RestartPreventExitStatus')).toEqual(['2 5']);
  });

  it('says that without --run-as it is a unit of root', async () => {
    const unit = await printedUnit();
    expect(valuesOf(unit, 'User')).toEqual([]);
    expect(unit).toMatch(/^# .*would be root’s.*--run-as USER/m);
  });

  it('writes paths with blanks, quotes, percent and dollar signs so that systemd reads the same paths', async () => {
    const odd = join(folder, ODD_NAME);
    mkdirSync(odd);
    const unit = await printedUnit('--targets', odd, '--targets', folder, '--data-dir', odd, '--key-file', odd);
    const words = execStart(unit);
    const given = ['--targets', odd, '--targets', folder, '--data-dir', odd];
    expect(words.slice(words.indexOf('--targets'), words.indexOf('--key-file'))).toEqual(given);
    // No variable but systemd's own is left for it to fill in.
    expect(valuesOf(unit, 'ExecStart')[0]?.match(/(?<!\$)(?:\$\$)*\$(?!\$)/g)).toHaveLength(1);
    expect(wordsOf(valuesOf(unit, 'ReadWritePaths')[0] ?? '')).toEqual([odd]);
    expect(valuesOf(unit, 'LoadCredential')).toEqual([`key:${odd.replaceAll('%', '%%')}`]);
  });

  it.each([
    ['a path that no unit can hold', ['--data-dir', 'two\nlines'], /two\\nlines" cannot be written in a systemd unit/],
    ['an address with a line of its own', ['--url', 'http://a/\nUser=root'], /cannot be written in a systemd unit/],
    ['a user that none is', ['--run-as', 'a b'], /expected the name of a user/],
    ['an address that none is', ['--url', 'bench'], /must be an http\(s\) URL/],
  ])('refuses %s', async (_, args, message) => {
    const run = await runCli(['runner', '--print-unit', ...args], { cwd: folder });
    expect(run).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(message) });
  });

  it('with --unit-user root is a unit of root whose runner becomes another user for code from git', async () => {
    const unit = await printedUnit('--unit-user', 'root', '--run-as', 'bench-code');
    expect(valuesOf(unit, 'User')).toEqual([]);
    expect(execStart(unit).join(' ')).toContain(' --run-as bench-code ');
    expect(unit).toMatch(/^# There is no User=: the runner is root’s, so that it can build and serve code from git/m);
  });

  it('with --unit-user USER runs everything as that one, and asks for no other user', async () => {
    const unit = await printedUnit('--unit-user', 'bench', '--run-as', 'bench-code');
    expect(valuesOf(unit, 'User')).toEqual(['bench']);
    expect(unit).not.toContain('bench-code');
  });

  it('refuses --unit-user for a runner that is started here', async () => {
    const run = await runCli(['runner', '--unit-user', 'bench'], { cwd: folder });
    expect(run).toMatchObject({ code: 2, stderr: expect.stringMatching(/belongs to --print-unit/) });
  });

  it('a runner that cannot become the user of --run-as says so at once, in one line', async () => {
    const env = { BENCHWRIGHT_KEY: 'bw_runner_test', BENCHWRIGHT_LOG_LEVEL: 'error' };
    const run = await runCli(['runner', '--run-as', 'no-such-user', '--url', 'http://127.0.0.1:9'], {
      cwd: folder,
      env,
    });
    expect(run.stderr).toMatch(
      /^benchwright: (?:There is no user no-such-user for --run-as|--run-as needs a runner of root).*\n$/,
    );
    expect(run.code).toBe(2);
  });

  it.skipIf(!hasSystemdAnalyze())('passes `systemd-analyze verify` without a word', async () => {
    const odd = join(folder, `verify ${ODD_NAME}`);
    mkdirSync(odd);
    const file = join(folder, 'benchwright-runner.service');
    writeFileSync(file, await printedUnit('--targets', odd, '--data-dir', odd, '--key-file', odd, '--run-as', 'bench'));
    const verified = spawnSync('systemd-analyze', ['verify', '--man=no', file], { encoding: 'utf8' });
    const about = verified.stderr.split('\n').filter((line) => line.includes('benchwright-runner.service'));
    expect(about).toEqual([]);
    expect(verified.status, verified.stderr).toBe(0);
  });
});

/** Where it is missing the unit is only read by the parser above; CI installs it. */
function hasSystemdAnalyze(): boolean {
  if (spawnSync('systemd-analyze', ['--version']).status === 0) return true;
  if (process.env['BENCHWRIGHT_REQUIRE_ALL'] === '1') throw new Error('no systemd-analyze: install systemd');
  process.stderr.write('the check of the unit by systemd-analyze is skipped: it is not installed\n');
  return false;
}
