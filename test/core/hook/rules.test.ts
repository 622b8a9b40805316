import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isOnBranch } from '../../../src/core/hook/branch-pattern.ts';
import { genericEvent } from '../../../src/core/hook/generic-event.ts';
import { outsideScope } from '../../../src/core/hook/hook-scope.ts';
import { githubEvent } from '../../../src/core/hook/github-event.ts';
import { type KnownPullRequest, turnOf } from '../../../src/core/hook/pull-request-turn.ts';
import { commitOf, githubPullRequest } from '../../fixtures/github-events.ts';

describe('a pattern of branches', () => {
  it.each([
    ['main', 'main', true],
    ['main', 'maintenance', false],
    ['*', 'anything/at all', true],
    ['release/*', 'release/1/2', true],
    ['release/*', 'release', false],
    ['*-stable', '1-stable', true],
    ['a*a', 'a', false],
    ['a*b*c', 'a-b-b-c', true],
    ['a*b*c', 'a-c-b', false],
    ['**', '', true],
    ['(a+)+$', '(a+)+$', true],
  ])('%s and the branch %s: %s', (pattern, branch, fits) => {
    expect(isOnBranch([pattern], branch)).toBe(fits);
  });

  it('fits as a regular expression would, whatever the names', () => {
    const part = fc.stringMatching(/^[ab/]{0,4}$/);
    fc.assert(
      fc.property(
        fc.array(part, { minLength: 1, maxLength: 4 }),
        fc.stringMatching(/^[ab/]{0,10}$/),
        (parts, branch) => {
          expect(isOnBranch([parts.join('*')], branch)).toBe(new RegExp(`^${parts.join('.*')}$`).test(branch));
        },
      ),
    );
  });

  it('is one of several, and only * fits a branch that is not known', () => {
    expect(isOnBranch(['main', 'dev*'], 'develop')).toBe(true);
    expect(isOnBranch(['main', 'dev*'], null)).toBe(false);
    expect(isOnBranch(['main', '*'], null)).toBe(true);
  });
});

describe('the scope of a hook', () => {
  const scope = { repo: 'Acme/Shop', events: ['pull-request'], branches: ['main'] } as const;
  const changeOf = (changes: Parameters<typeof githubPullRequest>[0]) => {
    const read = githubEvent('pull_request', githubPullRequest(changes));
    if (!read.ok || read.event.kind !== 'change') throw new Error('no change');
    return read.event.change;
  };

  it('is its events, its repository in any case, and its branches', () => {
    expect(outsideScope(scope, changeOf({}))).toBeNull();
    expect(outsideScope(scope, changeOf({ repo: 'acme/other' }))).toMatch('another repository');
    expect(outsideScope(scope, changeOf({ onto: 'develop' }))).toMatch('not for that branch');
    expect(outsideScope({ ...scope, events: ['push'] }, changeOf({}))).toMatch('does not ask');
    expect(outsideScope({ ...scope, repo: null }, changeOf({ repo: 'acme/other' }))).toBeNull();
  });

  it('holds the end of a pull request whatever branch it goes to by then', () => {
    expect(outsideScope(scope, changeOf({ action: 'closed', onto: 'develop' }))).toBeNull();
  });
});

describe('a generic event', () => {
  const sent_at = '2026-11-20T10:00:00.000Z';
  it('is a commit and what else is known', () => {
    const payload = { repo: 'a/b', branch: 'main', head_sha: commitOf('h'), base_sha: commitOf('b'), pull_request: 7 };
    expect(genericEvent(payload, sent_at)).toEqual({
      ok: true,
      event: {
        kind: 'change',
        change: {
          event: 'generic',
          repo: 'a/b',
          branch: 'main',
          onto: 'main',
          ref: 'refs/heads/main',
          head_sha: commitOf('h'),
          base_sha: commitOf('b'),
          pull_request: { number: 7, updated_at: sent_at, is_open: true, fork: false },
        },
      },
    });
    expect(genericEvent({ head_sha: commitOf('h') }, sent_at)).toMatchObject({
      ok: true,
      event: { change: { repo: null, branch: null, ref: null, base_sha: null, pull_request: null } },
    });
  });

  it('with anything else is refused with every problem', () => {
    const read = genericEvent({ head_sha: 'main', repo: 'shop', pull_request: -1, also: 1 }, sent_at);
    expect(read.ok ? [] : read.problems.map(({ pointer }) => pointer).sort()).toEqual([
      '/also',
      '/head_sha',
      '/pull_request',
      '/repo',
    ]);
  });
});

describe('the turn of an event of a pull request', () => {
  const news = { head_sha: 'b', base_sha: 'm', is_open: true, fork: false, is_older: false };
  const known: KnownPullRequest = { head_sha: 'a', base_sha: 'm', approved_sha: null, experiment: null };
  const running = { status: 'running', canceling: false } as const;

  it('is to start a commit: the first, or a newer one', () => {
    expect(turnOf(null, news)).toBe('start');
    expect(turnOf({ ...known, experiment: running }, news)).toBe('start');
  });

  it('is nothing for an event that is older than what is known, whatever it says', () => {
    expect(turnOf(known, { ...news, is_older: true })).toBe('stale');
    expect(turnOf(known, { ...news, is_older: true, is_open: false })).toBe('stale');
  });

  it('is to end what runs when it is closed', () => {
    expect(turnOf({ ...known, experiment: running }, { ...news, is_open: false })).toBe('close');
    expect(turnOf(null, { ...news, is_open: false, fork: true })).toBe('close');
  });

  it.each([
    ['queued', false, 'measured'],
    ['running', false, 'measured'],
    ['succeeded', false, 'measured'],
    ['running', true, 'start'],
    ['canceled', true, 'start'],
    ['failed', false, 'start'],
  ] as const)('for the same commit, whose experiment is %s (canceling: %s), is %s', (status, canceling, turn) => {
    const same = { ...known, head_sha: 'b', experiment: { status, canceling } };
    expect(turnOf(same, news)).toBe(turn);
    expect(turnOf({ ...same, base_sha: 'another' }, news)).toBe('start');
  });

  it('of a fork is to wait, but for the one commit that was approved', () => {
    expect(turnOf(null, { ...news, fork: true })).toBe('wait');
    expect(turnOf({ ...known, approved_sha: 'a' }, { ...news, fork: true })).toBe('wait');
    expect(turnOf({ ...known, approved_sha: 'b' }, { ...news, fork: true })).toBe('start');
  });
});
