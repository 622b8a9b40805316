import { describe, expect, it } from 'vitest';
import { parseManifest, offerOf } from '../../src/core/target.ts';
import { protocolOf } from '../../src/core/target-source.ts';

const MANIFEST = {
  name: 'shop',
  display_name: 'Shop',
  language: 'node',
  category: 'production',
  kind: 'micro',
  servers: { node: { interfaces: ['http'], argv: ['node', 'server.js', '{port}'] } },
  ready: { path: '/test' },
  workloads: ['test'],
};

const parsed = (source: unknown) => parseManifest({ ...MANIFEST, source });
const problemsOf = (source: unknown): Record<string, string> => {
  const result = parsed(source);
  return result.ok ? {} : Object.fromEntries(result.problems.map(({ pointer, detail }) => [pointer, detail]));
};
const manifestOf = (source: unknown) => {
  const result = parsed(source);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.manifest;
};

describe('an address to fetch from', () => {
  it.each([
    ['https://example.com/owner/repository.git', 'https'],
    ['https://example.com:8443/a/b', 'https'],
    ['ssh://git@example.com/owner/repository', 'ssh'],
    ['ssh://example.com:2222/owner/repository', 'ssh'],
    ['git@example.com:owner/repository.git', 'ssh'],
    ['/srv/repositories/shop.git', 'file'],
    ['file:///srv/repositories/shop.git', 'file'],
    ['../..', 'file'],
    ['.', 'file'],
    ['./a folder', 'file'],
  ])('%s is spoken to by %s alone', (address, protocol) => {
    expect(protocolOf(address)).toBe(protocol);
  });

  it.each([
    'http://example.com/a/b',
    'git://example.com/a/b',
    'ext::sh -c touch% /tmp/x',
    'fd::17',
    'https://user:password@example.com/a/b',
    'https://token@example.com/a/b',
    'https://-oProxyCommand=x/a',
    'ssh://-oProxyCommand=touch x/a',
    'git@-oProxyCommand=x:a',
    'git@example.com:-x',
    '--upload-pack=touch x',
    'https://example.com/a?b',
    'https://example.com',
    '/srv/a\nb',
    'owner/repository',
    '',
    '...',
  ])('%j is none', (address) => {
    expect(protocolOf(address)).toBeNull();
    expect(problemsOf({ git: address })['/source/git']).toMatch(
      /^expected an address that git can fetch from, without a password/,
    );
  });
});

describe('the source of a manifest', () => {
  it('is the folder of the target where nothing is said', () => {
    expect(manifestOf(undefined).source).toEqual({ path: '.' });
    expect(offerOf(manifestOf(undefined), null)).not.toHaveProperty('versioned');
  });

  it('from git has a folder in the repository, a build and branches, and is offered as versioned', () => {
    const source = {
      git: '../..',
      subdir: 'apps/shop',
      build: ['npm', 'run', 'build'],
      branches: ['main', 'release/*'],
    };
    expect(manifestOf(source).source).toEqual(source);
    expect(manifestOf({ git: '../..' }).source).toEqual({ git: '../..', subdir: '.', build: null, branches: [] });
    expect(offerOf(manifestOf(source), null)).toMatchObject({ versioned: true, branches: ['main', 'release/*'] });
  });

  it('that is wrong is told with all its problems', () => {
    expect(problemsOf({ git: 'http://a/b', subdir: '../x', build: [], branches: ['-x'], ref: 'main' })).toMatchObject({
      '/source/git': expect.stringMatching(/got "http:\/\/a\/b"$/),
      '/source/subdir': expect.stringMatching(/expected a path inside the folder/),
      '/source/build': 'expected at least 1 entry, got []',
      '/source/branches/0': expect.stringMatching(/expected a branch, in which \* stands for anything, got "-x"/),
      '/source/ref': expect.stringMatching(/^unknown key `ref`/),
    });
    expect(problemsOf({ path: '.', git: '.' })['/source']).toMatch(/expected exactly one of `path`/);
    expect(problemsOf({})['/source']).toMatch(/expected exactly one of `path`/);
    expect(problemsOf({ path: '.', subdir: 'a', build: ['x'], branches: [] })).toEqual({
      '/source/subdir': '`subdir` belongs to `git`, and there is none',
      '/source/build': '`build` belongs to `git`, and there is none',
      '/source/branches': '`branches` belongs to `git`, and there is none',
    });
  });
});
