import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { expectNothingLeft, expectNothingOpen } from '../support/nothing-left.ts';
import { openFolder, repository } from './repository.ts';
import { faultOf, nodeBuild, provisioned, SERVER, versionedTarget } from './versioned.ts';

afterEach(expectNothingOpen);

const NPM_LOCK = '{"name":"a","version":"1.0.0","lockfileVersion":3,"packages":{"":{"name":"a","version":"1.0.0"}}}';

describe('a commit with links', () => {
  it.each([
    ['to a file of the system', { 'data.txt': '→ /etc/passwd' }, 'data.txt → /etc/passwd'],
    ['to the folder above', { 'a/data': '→ ../../..' }, 'a/data → ../../..'],
    ['to what is not there yet', { 'later.txt': '→ ../../../later' }, 'later.txt → ../../../later'],
    ['through another link', { 'deep/er/x': 'x', near: '→ deep/er', 'deep/out': '→ ../near/../../..' }, 'deep/out → '],
  ])('out of itself, %s, is refused before anything of it runs', async (_, files, says) => {
    using folder = openFolder();
    using repo = repository();
    repo.commit({ 'server.mjs': SERVER, ...files });
    const ran = join(folder.path, 'ran');
    const versioned = versionedTarget(folder.path, { git: repo.path, build: ['touch', ran] });
    const fault = await faultOf({ folder: folder.path, versioned });
    expect(fault).toMatchObject({ step: 'provision', reason: 'provision-failed' });
    expect(fault.message).toContain(`The commit has a link that leads out of it: ${says}`);
    expect(existsSync(ran)).toBe(false);
    expect(readdirSync(join(folder.path, 'provision', 'commits'))).toEqual([]);
  });

  it('within itself is taken as it is', async () => {
    using folder = openFolder();
    using repo = repository();
    repo.commit({ 'app/server.mjs': SERVER, current: '→ app', 'app/again.mjs': '→ ./server.mjs', 'app/up': '→ ..' });
    const versioned = versionedTarget(folder.path, { git: repo.path, subdir: 'current' });
    const { cwd } = await provisioned({ folder: folder.path, versioned });
    expect(readFileSync(join(cwd, 'again.mjs'), 'utf8')).toBe(SERVER);
  });

  it('whose folder or lock file is a link out of it is refused', async () => {
    using folder = openFolder();
    using repo = repository();
    repo.commit({ 'app/server.mjs': SERVER, 'app/package-lock.json': '→ ../../../secret.json' });
    writeFileSync(join(folder.path, 'provision-secret.json'), '{}');
    const versioned = versionedTarget(folder.path, { git: repo.path, subdir: 'app' }, { lock: 'package-lock.json' });
    expect((await faultOf({ folder: folder.path, versioned })).message).toMatch(
      /leads out of it: app\/package-lock\.json/,
    );
  });
});

it('links that a build makes lead the runner nowhere: what it reads of a commit is inside of it', async () => {
  using folder = openFolder();
  using repo = repository();
  const secret = join(folder.path, 'secret.json');
  writeFileSync(secret, JSON.stringify({ packages: { 'node_modules/secret': { version: '1.2.3' } } }));
  repo.commit({
    'server.mjs': SERVER,
    'package.json': '{"name":"a","version":"1.0.0"}',
    'package-lock.json': NPM_LOCK,
  });
  const script = `const fs = await import("node:fs"); fs.mkdirSync("node_modules", { recursive: true });
    fs.rmSync("node_modules/.package-lock.json", { force: true });
    fs.symlinkSync(${JSON.stringify(secret)}, "node_modules/.package-lock.json");`;
  const source = { git: repo.path, build: nodeBuild(script) };
  const versioned = versionedTarget(folder.path, source, { lock: 'package-lock.json' });
  const { versions } = await provisioned({ folder: folder.path, versioned });
  expect(versions.packages).toEqual({});
});

it('a build that puts a link in the place of its folder is refused', async () => {
  using folder = openFolder();
  using repo = repository();
  repo.commit({ 'app/server.mjs': SERVER });
  const build = ['sh', '-c', 'cd .. && mv app elsewhere && ln -s /root app'];
  const versioned = versionedTarget(folder.path, { git: repo.path, subdir: 'app', build });
  const fault = await faultOf({ folder: folder.path, versioned });
  expect(fault.message).toBe('The commit has no folder app.');
  expect(readdirSync(join(folder.path, 'provision', 'commits'))).toEqual([]);
});

it('hooks, settings and commands of a repository are not run', async () => {
  using folder = openFolder();
  using repo = repository();
  repo.commit({ 'server.mjs': SERVER, '.gitattributes': '* filter=evil\n' });
  const ran = join(folder.path, 'ran');
  const evil = join(folder.path, 'evil.sh');
  writeFileSync(evil, `#!/bin/sh\ntouch '${ran}'\nexec "$@"\n`);
  chmodSync(evil, 0o755);
  for (const hook of ['post-checkout', 'pre-receive', 'reference-transaction', 'post-index-change', 'pre-auto-gc'])
    writeFileSync(join(repo.path, '.git', 'hooks', hook), `#!/bin/sh\ntouch '${ran}'\n`, { mode: 0o755 });
  repo.git('config', 'uploadpack.packObjectsHook', evil);
  repo.git('config', 'core.fsmonitor', evil);
  repo.git('config', 'filter.evil.smudge', evil);
  const versioned = versionedTarget(folder.path, { git: repo.path });
  await provisioned({ folder: folder.path, versioned });
  expect(existsSync(ran)).toBe(false);
});

it('the operator’s own settings of git do not count: neither filters, nor rewritten addresses, nor credential helpers', async () => {
  using folder = openFolder();
  using repo = repository();
  const commit = repo.commit({ 'server.mjs': SERVER, '.gitattributes': '* filter=evil\n' });
  const ran = join(folder.path, 'ran');
  const home = join(folder.path, 'home');
  mkdirSync(home);
  const settings = `[filter "evil"]\n\tsmudge = touch '${ran}'\n\trequired = true\n[core]\n\thooksPath = ${home}\n`;
  writeFileSync(join(home, '.gitconfig'), `${settings}[url "/nowhere"]\n\tinsteadOf = ${repo.path}\n`);
  const before = { ...process.env };
  Object.assign(process.env, { HOME: home, GIT_DIR: '/nowhere', GIT_CONFIG_GLOBAL: join(home, '.gitconfig') });
  try {
    const versioned = versionedTarget(folder.path, { git: repo.path });
    const { versions, cwd } = await provisioned({ folder: folder.path, versioned });
    expect(versions.commit).toBe(commit);
    expect(readFileSync(join(cwd, 'server.mjs'), 'utf8')).toBe(SERVER);
    expect(existsSync(ran)).toBe(false);
  } finally {
    for (const name of ['HOME', 'GIT_DIR', 'GIT_CONFIG_GLOBAL']) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  }
});

it('a build sees nothing of the runner’s environment but the way to the network', async () => {
  using folder = openFolder();
  using repo = repository();
  repo.commit({ 'server.mjs': SERVER });
  const given = {
    BENCHWRIGHT_KEY: 'bw_runner_secret',
    AWS_SECRET_ACCESS_KEY: 'secret',
    NODE_OPTIONS: '--no-warnings',
    HTTPS_PROXY: 'http://user:password@proxy.example.com',
    HTTP_PROXY: 'user:password@proxy.example.com:3128',
    NO_PROXY: 'localhost',
  };
  const before = { ...process.env };
  Object.assign(process.env, given);
  try {
    const script = 'const fs = await import("node:fs"); fs.writeFileSync("env.json", JSON.stringify(process.env))';
    const versioned = versionedTarget(folder.path, { git: repo.path, build: nodeBuild(script) });
    const { cwd } = await provisioned({ folder: folder.path, versioned });
    const text = readFileSync(join(cwd, 'env.json'), 'utf8');
    expect(text).not.toContain('secret');
    expect(text).not.toContain('password');
    const names = Object.keys(JSON.parse(text) as object);
    expect(names).toContain('NO_PROXY');
    for (const name of ['BENCHWRIGHT_KEY', 'AWS_SECRET_ACCESS_KEY', 'NODE_OPTIONS', 'HTTPS_PROXY', 'HTTP_PROXY'])
      expect(names).not.toContain(name);
  } finally {
    for (const name of Object.keys(given)) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  }
});

it('a build does not take the repository around the data folder for its own', async () => {
  using around = repository();
  using repo = repository();
  around.commit({ 'README.md': 'around' });
  chmodSync(around.path, 0o755);
  repo.commit({ 'server.mjs': SERVER });
  const versioned = versionedTarget(around.path, { git: repo.path, build: ['git', 'rev-parse', '--show-toplevel'] });
  const fault = await faultOf({ folder: around.path, versioned });
  expect(fault.output).toMatch(/not a git repository/);
  expectNothingLeft(around.path);
});
