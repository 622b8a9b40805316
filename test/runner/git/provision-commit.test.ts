import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { expectNothingLeft, expectNothingOpen } from '../support/nothing-left.ts';
import { openFolder, repository } from './repository.ts';
import { faultOf, nodeBuild, provisioned, SERVER, versionedTarget } from './versioned.ts';

afterEach(expectNothingOpen);

const cacheOf = (folder: string): string[] => {
  const commits = join(folder, 'provision', 'commits');
  return existsSync(commits) ? readdirSync(commits) : [];
};

describe('a target from git', () => {
  it('is what its commit is: by commit, by branch, and without a ref by the default branch', async () => {
    using folder = openFolder();
    using repo = repository();
    const first = repo.commit({ 'server.mjs': SERVER, 'which.txt': 'first' });
    repo.git('branch', 'old');
    const second = repo.commit({ 'which.txt': 'second' });
    const versioned = versionedTarget(folder.path, { git: repo.path, branches: ['old'] });
    const of = async (ref?: string) => {
      const { cwd, versions, cached } = await provisioned({ folder: folder.path, versioned, ...(ref && { ref }) });
      return { which: readFileSync(join(cwd, 'which.txt'), 'utf8'), commit: versions.commit, cached };
    };
    expect(await of(first)).toEqual({ which: 'first', commit: first, cached: false });
    expect(await of('old')).toEqual({ which: 'first', commit: first, cached: true });
    expect(await of()).toEqual({ which: 'second', commit: second, cached: false });
    expectNothingLeft(folder.path);
  });

  it('is built once for each commit, and needs its repository no more', async () => {
    using folder = openFolder();
    using repo = repository();
    const commit = repo.commit({ 'app/server.mjs': SERVER, 'app/lock.json': '{}' });
    const build = nodeBuild('await import("node:fs").then((fs) => fs.writeFileSync("built.txt", process.cwd()))');
    const source = { git: repo.path, subdir: 'app', build };
    const versioned = versionedTarget(folder.path, source, { language: 'node' });
    const made = await provisioned({ folder: folder.path, versioned, ref: commit });
    expect(made.cached).toBe(false);
    expect(readFileSync(join(made.cwd, 'built.txt'), 'utf8')).toBe(made.cwd);
    expect(made.cwd.endsWith('/tree/app')).toBe(true);
    renameSync(join(repo.path, '.git'), join(repo.path, 'gone'));
    const again = await provisioned({ folder: folder.path, versioned, ref: commit });
    expect(again).toMatchObject({ cached: true, cwd: made.cwd, versions: made.versions });
  });

  it('is built anew where the manifest builds it in another way', async () => {
    using folder = openFolder();
    using repo = repository();
    const ref = repo.commit({ 'server.mjs': SERVER });
    const one = versionedTarget(folder.path, { git: repo.path });
    const other = versionedTarget(folder.path, { git: repo.path, build: ['true'] });
    expect((await provisioned({ folder: folder.path, versioned: one, ref })).cached).toBe(false);
    expect((await provisioned({ folder: folder.path, versioned: other, ref })).cached).toBe(false);
    expect((await provisioned({ folder: folder.path, versioned: one, ref })).cached).toBe(true);
  });

  it('has the digest of the commit’s own lock file, and must have that file', async () => {
    using folder = openFolder();
    using repo = repository();
    const without = repo.commit({ 'server.mjs': SERVER, 'package.json': '{"name":"a","version":"1.0.0"}' });
    const lock = '{"name":"a","version":"1.0.0","lockfileVersion":3,"packages":{"":{"name":"a","version":"1.0.0"}}}';
    const ref = repo.commit({ 'package-lock.json': lock });
    const versioned = versionedTarget(folder.path, { git: repo.path }, { lock: 'package-lock.json' });
    const { versions } = await provisioned({ folder: folder.path, versioned, ref });
    expect(versions.lock_sha256).toMatch(/^[0-9a-f]{64}$/);
    const fault = await faultOf({ folder: folder.path, versioned, ref: without });
    expect(fault).toMatchObject({ step: 'provision', reason: 'provision-failed' });
    expect(fault.message).toBe('The commit has no lock file package-lock.json.');
  });

  it('with neither history nor submodules nor what git’s filters would make of its files', async () => {
    using folder = openFolder();
    using repo = repository();
    repo.commit({ 'server.mjs': SERVER });
    repo.commit({
      '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n',
      'big.bin': 'version https://git-lfs.github.com/spec/v1\n',
      '.gitmodules': '[submodule "sub"]\n\tpath = sub\n\turl = https://example.com/sub\n',
    });
    repo.git('update-index', '--add', '--cacheinfo', `160000,${repo.git('rev-parse', 'HEAD')},sub`);
    repo.git('commit', '--quiet', '--message', 'A submodule');
    const versioned = versionedTarget(folder.path, { git: repo.path });
    const { cwd } = await provisioned({ folder: folder.path, versioned });
    expect(readFileSync(join(cwd, 'big.bin'), 'utf8')).toMatch(/^version /);
    expect(existsSync(join(cwd, '.git'))).toBe(false);
    expect(existsSync(join(cwd, 'sub')) ? readdirSync(join(cwd, 'sub')) : []).toEqual([]);
  });

  it.each([
    ['a commit that is not there', '0123456789abcdef0123456789abcdef01234567', /The repository has no commit 0123/],
    ['a branch that is not there', 'nowhere', /The repository has no branch nowhere/],
  ])('%s is told as such, and leaves nothing', async (_, ref, says) => {
    using folder = openFolder();
    using repo = repository();
    repo.commit({ 'server.mjs': SERVER });
    const versioned = versionedTarget(folder.path, { git: repo.path });
    const fault = await faultOf({ folder: folder.path, versioned, ref });
    expect(fault).toMatchObject({ step: 'provision', reason: 'no-such-ref' });
    expect(fault.message).toMatch(says);
    expect(cacheOf(folder.path)).toEqual([]);
  });

  it('comes from a server too that gives away the ends of branches only', async () => {
    using folder = openFolder();
    using repo = repository();
    const first = repo.commit({ 'server.mjs': SERVER, 'which.txt': 'first' });
    repo.commit({ 'which.txt': 'second' });
    // As over an sshd that does not take GIT_PROTOCOL from its clients.
    const ssh = '#!/bin/sh\nfor command; do :; done\nunset GIT_PROTOCOL\nexec sh -c "$command"\n';
    mkdirSync(join(folder.path, 'bin'));
    writeFileSync(join(folder.path, 'bin', 'ssh'), ssh, { mode: 0o755 });
    const before = process.env['PATH'];
    process.env['PATH'] = `${join(folder.path, 'bin')}:${before}`;
    try {
      const versioned = versionedTarget(folder.path, { git: `git@example.com:${repo.path}` });
      const { cwd } = await provisioned({ folder: folder.path, versioned, ref: first });
      expect(readFileSync(join(cwd, 'which.txt'), 'utf8')).toBe('first');
      const ref = '0123456789abcdef0123456789abcdef01234567';
      expect(await faultOf({ folder: folder.path, versioned, ref })).toMatchObject({ reason: 'no-such-ref' });
    } finally {
      process.env['PATH'] = before;
    }
  });

  it('that is named by the beginning of its digits only says that all are needed', async () => {
    using folder = openFolder();
    using repo = repository();
    const commit = repo.commit({ 'server.mjs': SERVER });
    const versioned = versionedTarget(folder.path, { git: repo.path });
    const fault = await faultOf({ folder: folder.path, versioned, ref: commit.slice(0, 10) });
    expect(fault.message).toMatch(/has no branch [0-9a-f]{10}; a commit is named by all of its hex digits\.$/);
  });

  it.each(['HEAD:server.mjs', 'HEAD^{tree}'])(
    'what is no commit but another object of it is refused: %s',
    async (what) => {
      using folder = openFolder();
      using repo = repository();
      repo.commit({ 'server.mjs': SERVER });
      const versioned = versionedTarget(folder.path, { git: repo.path });
      const fault = await faultOf({ folder: folder.path, versioned, ref: repo.git('rev-parse', what) });
      expect(fault).toMatchObject({ step: 'provision', reason: 'no-such-ref' });
      expect(cacheOf(folder.path)).toEqual([]);
    },
  );

  it('whose repository is empty, or is not there, is told as such', async () => {
    using folder = openFolder();
    using repo = repository();
    const empty = versionedTarget(folder.path, { git: repo.path });
    expect((await faultOf({ folder: folder.path, versioned: empty })).message).toMatch(
      /no default branch: it is empty/,
    );
    const nowhere = versionedTarget(folder.path, { git: `${repo.path}/nowhere` });
    const fault = await faultOf({ folder: folder.path, versioned: nowhere });
    expect(fault).toMatchObject({ reason: 'provision-failed' });
    expect(fault.output).toMatch(/does not appear to be a git repository/);
    expect(cacheOf(folder.path)).toEqual([]);
  });

  it('in a folder that the commit does not have is told as such', async () => {
    using folder = openFolder();
    using repo = repository();
    repo.commit({ 'server.mjs': SERVER });
    const versioned = versionedTarget(folder.path, { git: repo.path, subdir: 'apps/shop' });
    expect((await faultOf({ folder: folder.path, versioned })).message).toBe('The commit has no folder apps/shop.');
  });
});
