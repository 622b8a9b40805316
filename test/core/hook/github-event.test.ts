import { describe, expect, it } from 'vitest';
import type { HookChange } from '../../../src/core/hook/hook-change.ts';
import { githubEvent } from '../../../src/core/hook/github-event.ts';
import { commitOf, githubPing, githubPullRequest, githubPush } from '../../fixtures/github-events.ts';

function changeOf(name: string, payload: unknown): HookChange {
  const read = githubEvent(name, payload);
  if (!read.ok || read.event.kind !== 'change') throw new Error(JSON.stringify(read));
  return read.event.change;
}

const otherOf = (name: string, payload: unknown) => githubEvent(name, payload);

/** Nothing but what is used. */
const MINIMAL = {
  action: 'opened',
  repository: { full_name: 'acme/shop' },
  pull_request: {
    number: 5,
    updated_at: '2026-11-20T10:00:00Z',
    head: { ref: 'faster', sha: commitOf('head'), repo: { id: 1 } },
    base: { ref: 'main', sha: commitOf('base'), repo: { id: 1 } },
  },
};

describe('a pull request of GitHub', () => {
  it('is a commit, what it is compared with, and the state that orders its events', () => {
    expect(changeOf('pull_request', githubPullRequest())).toEqual({
      event: 'pull-request',
      repo: 'acme/shop',
      branch: 'faster',
      onto: 'main',
      ref: 'refs/pull/5/head',
      head_sha: commitOf('head'),
      base_sha: commitOf('base'),
      pull_request: { number: 5, updated_at: '2026-11-20T10:00:00Z', is_open: true, fork: false },
    });
  });

  it('needs no more than the fields that are used', () => {
    expect(changeOf('pull_request', MINIMAL)).toEqual(changeOf('pull_request', githubPullRequest()));
  });

  it.each(['opened', 'synchronize', 'reopened'])('brings a commit when it is %s', (action) => {
    expect(changeOf('pull_request', githubPullRequest({ action })).pull_request?.is_open).toBe(true);
  });

  it('ends when it is closed', () => {
    expect(changeOf('pull_request', githubPullRequest({ action: 'closed' })).pull_request?.is_open).toBe(false);
  });

  it.each(['edited', 'labeled', 'converted_to_draft', 'review_requested', 'enqueued', 'something_new'])(
    'starts nothing when it is %s',
    (action) => {
      const read = otherOf('pull_request', githubPullRequest({ action }));
      expect(read).toEqual({ ok: true, event: { kind: 'other', says: 'brings no commit' } });
    },
  );

  it('of a fork is one by the repository of its commit, and its branch says whose it is', () => {
    const ofFork = changeOf('pull_request', githubPullRequest({ fork: true, branch: 'main' }));
    expect(ofFork).toMatchObject({ branch: 'mallory:main', onto: 'main', pull_request: { fork: true } });
    const gone = changeOf('pull_request', githubPullRequest({ fork: 'deleted', branch: 'main' }));
    expect(gone).toMatchObject({ branch: 'mallory:main', pull_request: { fork: true } });
    const unlabelled = structuredClone(MINIMAL);
    unlabelled.pull_request.head.repo.id = 2;
    expect(changeOf('pull_request', unlabelled)).toMatchObject({ branch: 'fork:faster', pull_request: { fork: true } });
  });

  it('that is not as GitHub sends it is refused with every problem', () => {
    const wrong = structuredClone(MINIMAL) as Record<string, unknown> & typeof MINIMAL;
    wrong.pull_request.number = 0;
    wrong.pull_request.updated_at = 'yesterday';
    wrong.pull_request.head.sha = 'main; rm -rf /';
    const read = otherOf('pull_request', wrong);
    expect(read.ok).toBe(false);
    if (read.ok) return;
    expect(read.problems.map(({ pointer }) => pointer)).toEqual([
      '/pull_request/number',
      '/pull_request/updated_at',
      '/pull_request/head/sha',
    ]);
    expect(otherOf('pull_request', null).ok).toBe(false);
    expect(otherOf('pull_request', []).ok).toBe(false);
  });
});

describe('a push of GitHub', () => {
  it('is the commit that the branch is at now, compared with the one before', () => {
    expect(changeOf('push', githubPush())).toEqual({
      event: 'push',
      repo: 'acme/shop',
      branch: 'main',
      onto: 'main',
      ref: 'refs/heads/main',
      head_sha: commitOf('after'),
      base_sha: commitOf('before'),
      pull_request: null,
    });
  });

  it('that makes a branch has nothing to be compared with', () => {
    expect(changeOf('push', githubPush({ before: null })).base_sha).toBeNull();
  });

  it('of a tag, or that deletes a branch, starts nothing', () => {
    expect(otherOf('push', githubPush({ ref: 'refs/tags/v1' }))).toMatchObject({ ok: true, event: { kind: 'other' } });
    expect(otherOf('push', githubPush({ after: null }))).toMatchObject({ ok: true, event: { kind: 'other' } });
  });

  it('keeps the slashes of a branch, and whatever else git lets it have', () => {
    const ref = 'refs/heads/feature/"x"}, {{sha}}';
    expect(changeOf('push', githubPush({ ref })).branch).toBe('feature/"x"}, {{sha}}');
  });
});

describe('other events of GitHub', () => {
  it('are a ping, or none that starts something', () => {
    expect(githubEvent('ping', githubPing())).toEqual({ ok: true, event: { kind: 'ping' } });
    for (const name of ['issues', 'check_run', 'installation', 'no-such-event'])
      expect(githubEvent(name, {})).toMatchObject({ ok: true, event: { kind: 'other' } });
  });
});
