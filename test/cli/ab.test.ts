import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openFolder, type Repository, repository } from '../runner/git/repository.ts';
import { SERVER, writeTarget } from '../runner/git/versioned.ts';
import { runCli } from './run-cli.ts';

let folder: ReturnType<typeof openFolder>;
let repo: Repository;
beforeAll(() => {
  folder = openFolder();
  repo = repository();
  repo.commit({ 'server.mjs': SERVER });
  writeTarget(folder.path, { git: repo.path });
});
afterAll(() => {
  repo[Symbol.dispose]();
  folder[Symbol.dispose]();
});

const ab = (...args: string[]) => runCli(['ab', ...args], { cwd: folder.path });
const OWN = ['--targets', 'targets'];

describe('benchwright ab', () => {
  it.each([
    ['no head', ['--target', 'shop', '--base', 'main'], /required option '--head <ref>' not specified/],
    [
      'an unknown target',
      ['--target', 'rails', '--base', 'a', '--head', 'b', ...OWN],
      /unknown target rails; there are: shop/,
    ],
    [
      'a target of one version',
      ['--target', 'hono', '--base', 'a', '--head', 'b'],
      /hono has one version only: name its repository/,
    ],
    [
      'a branch that is not there',
      ['--target', 'shop', '--base', 'main', '--head', 'nowhere', ...OWN],
      /has no commit "nowhere"/,
    ],
    [
      'what is no commit',
      ['--target', 'shop', '--base', 'main', '--head', 'HEAD:server.mjs', ...OWN],
      /has no commit "HEAD:server\.mjs"/,
    ],
    ['an option of git', ['--target', 'shop', '--base', 'main', '--head=--all', ...OWN], /has no commit "--all"/],
    [
      'a workload that there is not',
      ['--target', 'shop', '--base', 'main', '--head', 'HEAD', '--workload', 'x', ...OWN],
      /has no workload "x"; offered: test/,
    ],
    [
      'a server that there is not',
      ['--target', 'shop', '--base', 'main', '--head', 'HEAD', '--server', 'x', ...OWN],
      /not offered under server "x"; offered: node/,
    ],
    [
      'two repetitions',
      ['--target', 'shop', '--base', 'main', '--head', 'HEAD', '--repetitions', '2', ...OWN],
      /whole number from 3 to 100/,
    ],
    [
      'a share that is none',
      ['--target', 'shop', '--base', 'main', '--head', 'HEAD', '--worse-by', '-3%', ...OWN],
      /expected a share like 3% or 0\.03/,
    ],
  ])('%s is one clear error with exit code 2', async (_, args, message) => {
    const run = await ab(...args);
    expect(run.stderr).toMatch(message);
    expect(run.stderr).not.toMatch(/\n\s+at /);
    expect(run).toMatchObject({ code: 2, stdout: '' });
  });

  it('says of a remote repository that cannot be asked what git said', async () => {
    const targets = writeTarget(join(folder.path, 'remote'), { git: 'https://127.0.0.1:9/owner/repository' });
    const run = await ab('--target', 'shop', '--base', 'main', '--head', 'work', '--targets', targets);
    expect(run.code).toBe(2);
    expect(run.stderr).toMatch(/The repository could not be asked: git ended with code 128\./);
    const odd = await ab('--target', 'shop', '--base', 'HEAD~1', '--head', 'work', '--targets', targets);
    expect(odd.stderr).toMatch(/"HEAD~1" is neither a commit of 40 hex digits nor a branch/);
  });

  it('names every problem of a manifest before anything is fetched', async () => {
    const targets = writeTarget(join(folder.path, 'broken'), { git: 'ext::sh -c x', subdir: '../..' });
    writeFileSync(join(targets, 'README.md'), '');
    const run = await ab('--target', 'shop', '--base', 'main', '--head', 'work', '--targets', targets);
    expect(run.code).toBe(2);
    expect(run.stderr).toMatch(/\/source\/git: expected an address that git can fetch from/);
    expect(run.stderr).toMatch(/\/source\/subdir: expected a path inside/);
  });
});
