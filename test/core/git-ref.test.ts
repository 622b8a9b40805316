import { describe, expect, it } from 'vitest';
import { branchPattern, isCommitId, refRefusal } from '../../src/core/git-ref.ts';

const COMMIT = '0123456789abcdef0123456789abcdef01234567';

describe('a ref', () => {
  it.each([COMMIT, COMMIT.padEnd(64, 'a')])('that is a commit may always be looked for: %s', (ref) => {
    expect(isCommitId(ref)).toBe(true);
    expect(refRefusal(ref, [])).toBeNull();
  });

  it.each([
    ['main', ['main']],
    ['release/2.0', ['release/*']],
    ['release/2.0/hotfix', ['release/*']],
    ['feature/a-b', ['main', '*']],
    ['aXbYc', ['a*b*c']],
  ])('that is a branch may be looked for where the manifest lists it: %s by %j', (ref, branches) => {
    expect(refRefusal(ref, branches)).toBeNull();
  });

  it.each([
    ['main', [], /may not be named here, only no branch and commits of 40 hex digits/],
    ['mainline', ['main'], /only main and commits/],
    ['release', ['release/*'], /may not be named/],
    ['ab', ['ab*b'], /may not be named/],
    [COMMIT.toUpperCase(), ['main'], /may not be named/],
  ])('that is another branch is refused, with those that there are: %s by %j', (ref, branches, says) => {
    expect(refRefusal(ref, branches)).toMatch(says);
  });

  it.each([
    '--upload-pack=touch x',
    'x"}, evil: {',
    'a..b',
    'a//b',
    '/a',
    'a/',
    'a.lock',
    'a/.b',
    'a.',
    '',
    'refs/heads/a b',
    'a\nb',
    'a@{1}',
    'a:b',
    'a~1',
  ])('that git gives no branch is refused whatever the manifest lists: %j', (ref) => {
    expect(refRefusal(ref, ['*'])).toMatch(/is neither a commit of 40 hex digits nor a name that git gives a branch/);
  });

  it('is matched in no time, whatever the pattern', () => {
    const pattern = '*a'.repeat(99);
    const began = performance.now();
    expect(refRefusal('a'.repeat(98), [pattern])).not.toBeNull();
    expect(refRefusal(`${'a'.repeat(199)}b`, [pattern])).not.toBeNull();
    expect(performance.now() - began).toBeLessThan(100);
  });
});

it('patterns that begin like an option, or hold what no branch has, are no patterns', () => {
  expect(branchPattern.safeParse('-x').success).toBe(false);
  expect(branchPattern.safeParse('a b').success).toBe(false);
  expect(branchPattern.safeParse('release/*').success).toBe(true);
});
