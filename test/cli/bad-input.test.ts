import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ended, runCli, startCli } from './run-cli.ts';

let folder = '';
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'benchwright-cli-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const key = { BENCHWRIGHT_KEY: 'bw_user_not_a_key' };

describe('bad input to the command line', () => {
  it.each([
    ['an unknown command', ['frobnicate'], /unknown command 'frobnicate'/],
    ['an unknown option', ['status', 'exp_1', '--colour'], /unknown option '--colour'/],
    ['a missing spec', ['submit', 'no-such.yaml'], /cannot read the spec no-such\.yaml: there is no such file/],
    ['an id of another kind', ['status', 'key_1'], /an experiment's id begins with exp_, got "key_1"/],
    [
      'a URL of an unknown scheme',
      ['status', 'exp_1', '--url', 'ftp://x'],
      /must be an http\(s\) URL, got "ftp:\/\/x"/,
    ],
    ['a CPU list that is none', ['runner', '--server-cpus', '3-1'], /expected CPUs like 0-3 or 0,2/],
    ['a port that is none', ['serve', '--port', '99999'], /expected a whole number from 0 to 65535/],
    ['an unknown format', ['results', 'exp_1', '--format', 'xml'], /Allowed choices are json, csv/],
    [
      'an unknown target',
      ['targets', 'verify', 'rails'],
      /unknown target rails; there are: django, express, fastapi, hono/,
    ],
    ['an audit of nothing', ['audit'], /audit wants either a file or --example/],
  ])('%s is one clear error with exit code 2', async (_, args, message) => {
    const run = await runCli(args, { cwd: folder, env: key });
    expect(run.stderr).toMatch(message);
    expect(run.stderr).not.toMatch(/\n\s+at /);
    expect(run.code).toBe(2);
    expect(run.stdout).toBe('');
  });

  it('a missing key says how to give one and exits with 5', async () => {
    const run = await runCli(['status', 'exp_1'], { cwd: folder });
    expect(run.stderr).toMatch(/no key: set BENCHWRIGHT_KEY or give --key-file/);
    expect(run.code).toBe(5);
  });

  it('a service that does not answer is named and exits with 5', async () => {
    const run = await runCli(['status', 'exp_1', '--url', 'http://127.0.0.1:9'], { cwd: folder, env: key });
    expect(run.stderr).toMatch(/cannot reach the service at http:\/\/127\.0\.0\.1:9 \(ECONNREFUSED\)/);
    expect(run.code).toBe(5);
  });

  it('--json puts the error on stdout as one document', async () => {
    const run = await runCli(['status', 'exp_1', '--json', '--url', 'http://127.0.0.1:9'], { cwd: folder, env: key });
    expect(JSON.parse(run.stdout)).toMatchObject({ error: expect.stringContaining('cannot reach the service') });
  });

  it.each([
    ['an option that is wrong', ['serve', '--json', '--port', '99999'], /expected a whole number/],
    ['a missing argument', ['status', '--json'], /missing required argument/],
    ['a folder that cannot be used', ['serve', '--json', '--port', '0', '--data-dir', 'blocked/data'], /data folder/],
  ])('--json also puts %s on stdout as one document', async (_, args, message) => {
    writeFileSync(join(folder, 'blocked'), '');
    const run = await runCli(args, { cwd: folder, env: key });
    expect(run.code).toBe(2);
    expect(JSON.parse(run.stdout)).toMatchObject({ error: expect.stringMatching(message) });
  });

  it('a reader that goes away ends nothing early: no stack, exit code 0', async () => {
    const child = startCli(['audit', '--example']);
    child.stdout.destroy();
    const run = await ended(child);
    expect(run).toMatchObject({ code: 0, stderr: '' });
  });

  it.each([
    ['no equals sign', 'window_s', /--set wants path=value/],
    ['a value that is not YAML', 'workers=[1', /--set workers=\[1: the value is not valid YAML/],
    ['a path into nothing', 'name.deeper=1', /there is nothing at name to set a value in/],
  ])('--set with %s is refused', async (_, setting, message) => {
    writeFileSync(join(folder, 'spec.yaml'), 'name: x\n');
    const run = await runCli(['submit', 'spec.yaml', '--set', setting], { cwd: folder, env: key });
    expect(run.stderr).toMatch(message);
    expect(run.code).toBe(2);
  });

  it('a study with mistakes is refused with all of them', async () => {
    writeFileSync(join(folder, 'study.json'), JSON.stringify({ titel: 'x', tables: [] }));
    const run = await runCli(['audit', 'study.json'], { cwd: folder });
    expect(run.stderr).toMatch(/\/titel: unknown key `titel`; did you mean `title`\?/);
    expect(run.stderr).toMatch(/\/tables: expected at least 1 entry/);
    expect(run.code).toBe(2);
  });

  it.each(['serve', 'runner'])(
    '%s with a data folder that cannot be made says so at once, in one line',
    async (command) => {
      const run = await runCli([command, '--data-dir', '/proc/benchwright'], { cwd: folder, env: key });
      expect(run.stderr).toMatch(
        /^benchwright: .*data folder \/proc\/benchwright .*\(ENOENT\): make it writable.*--data-dir\.?\n$/,
      );
      expect(run.code).toBe(2);
    },
  );

  it('serve on a taken port says so in one line with the remedy', async () => {
    const taken = createServer();
    await new Promise<void>((done) => taken.listen({ port: 0, host: '127.0.0.1' }, done));
    const { port } = taken.address() as { port: number };
    const run = await runCli(['serve', '--port', String(port), '--data-dir', join(folder, 'taken')], { cwd: folder });
    await new Promise((done) => taken.close(done));
    expect(run.stderr.trim().split('\n')).toHaveLength(1);
    expect(run.stderr).toMatch(new RegExp(`${port}.*--port`));
    expect(run.code).toBe(2);
  });

  it('a demo that could not write its results says so before it starts anything', async () => {
    const cwd = join(folder, 'taken-results');
    mkdirSync(cwd);
    writeFileSync(join(cwd, 'results'), '');
    const run = await runCli(['demo'], { cwd });
    expect(run.stderr.trim().split('\n')).toHaveLength(1);
    expect(run.stderr).toMatch(/cannot write to .*results.*run from a folder that you may write to/);
    expect(run.code).toBe(2);
    expect(readdirSync(cwd)).toEqual(['results']);
  });

  it('a data folder that cannot be made is said in one line with the remedy', async () => {
    writeFileSync(join(folder, 'a-file'), '');
    const run = await runCli(['demo', '--data-dir', join(folder, 'a-file', 'data')], { cwd: folder });
    expect(run.stderr.trim().split('\n')).toHaveLength(1);
    expect(run.stderr).toMatch(/cannot make the data folder .*--data-dir/);
    expect(run.code).toBe(2);
  });
});
