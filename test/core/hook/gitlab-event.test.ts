import { describe, expect, it } from 'vitest';
import { gitlabEvent } from '../../../src/core/hook/gitlab-event.ts';
import type { HookChange } from '../../../src/core/hook/hook-change.ts';
import { commitOf } from '../../fixtures/github-events.ts';
import { gitlabMergeRequest, gitlabPush } from '../../fixtures/gitlab-events.ts';

function changeOf(name: string, payload: unknown): HookChange {
  const read = gitlabEvent(name, payload);
  if (!read.ok || read.event.kind !== 'change') throw new Error(JSON.stringify(read));
  return read.event.change;
}

describe('a merge request of GitLab', () => {
  it('is a commit; what it is compared with is not told, only where it goes', () => {
    expect(changeOf('Merge Request Hook', gitlabMergeRequest())).toEqual({
      event: 'pull-request',
      repo: 'acme/backend/shop',
      branch: 'faster',
      onto: 'main',
      ref: 'refs/merge-requests/3/head',
      head_sha: commitOf('head'),
      base_sha: null,
      pull_request: { number: 3, updated_at: '2026-11-20T10:00:00Z', is_open: true, fork: false },
    });
  });

  it.each([
    ['open', undefined, true],
    ['reopen', undefined, true],
    ['update', commitOf('old'), true],
    ['close', undefined, false],
    ['merge', undefined, false],
  ])('with the action %s and oldrev %s brings or ends something', (action, oldrev, is_open) => {
    const payload = gitlabMergeRequest({ action, ...(oldrev === undefined ? {} : { oldrev }) });
    expect(changeOf('Merge Request Hook', payload).pull_request?.is_open).toBe(is_open);
  });

  it.each(['update', 'approved', 'unapproved', 'approval', null])(
    'with the action %s alone starts nothing',
    (action) => {
      expect(gitlabEvent('Merge Request Hook', gitlabMergeRequest({ action }))).toMatchObject({
        ok: true,
        event: { kind: 'other', says: 'brings no commit' },
      });
    },
  );

  it('of another project is one of a fork', () => {
    const change = changeOf('Merge Request Hook', gitlabMergeRequest({ fork: true, branch: 'main' }));
    expect(change).toMatchObject({ branch: 'mallory/shop:main', pull_request: { fork: true } });
  });

  it.each([
    ['2026-09-15 16:50:55 UTC', '2026-09-15T16:50:55Z'],
    ['2026-09-15 16:50:55 +0200', '2026-09-15T16:50:55+02:00'],
    ['2026-09-15T16:50:55.123+02:00', '2026-09-15T16:50:55.123+02:00'],
  ])('takes the time %s', (updated_at, expected) => {
    const change = changeOf('Merge Request Hook', gitlabMergeRequest({ updated_at }));
    expect(change.pull_request?.updated_at).toBe(expected);
  });

  it.each(['2026-02-30T00:00:00Z', '0000-01-01T00:00:00Z', '2026-01-01', 'now'])(
    'refuses the time %s',
    (updated_at) => {
      expect(gitlabEvent('Merge Request Hook', gitlabMergeRequest({ updated_at })).ok).toBe(false);
    },
  );
});

describe('a push of GitLab', () => {
  it('is the commit that the branch is at now', () => {
    expect(changeOf('Push Hook', gitlabPush())).toMatchObject({
      event: 'push',
      repo: 'acme/backend/shop',
      branch: 'main',
      head_sha: commitOf('after'),
      base_sha: commitOf('before'),
      pull_request: null,
    });
    expect(changeOf('Push Hook', gitlabPush({ before: null })).base_sha).toBeNull();
  });

  it('that deletes a branch, and every other event, starts nothing', () => {
    expect(gitlabEvent('Push Hook', gitlabPush({ after: null }))).toMatchObject({ ok: true, event: { kind: 'other' } });
    for (const name of ['Tag Push Hook', 'Pipeline Hook', 'Note Hook', 'System Hook'])
      expect(gitlabEvent(name, {})).toMatchObject({ ok: true, event: { kind: 'other' } });
  });
});
