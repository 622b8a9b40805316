import { z } from 'zod';
import {
  branchName,
  branchOfRef,
  instant,
  isNoCommit,
  other,
  pullRequestNumber,
  type ReadEvent,
  readPayload,
  refName,
  repoName,
  sha,
} from './event-fields.ts';
import type { HookEvent } from './hook-change.ts';

/** GitHub's payloads: https://docs.github.com/webhooks/webhook-events-and-payloads, with schemas at github.com/octokit/webhooks. */

const repository = z.object({ full_name: repoName });

const pushSchema = z.object({ ref: refName, before: sha, after: sha, repository });

const actionSchema = z.object({ action: z.string().max(60) });

const numbered = z.object({ id: z.int() });
const pullRequestSchema = z.object({
  action: z.string(),
  repository,
  pull_request: z.object({
    number: pullRequestNumber,
    updated_at: instant,
    head: z.object({
      /** `owner:branch`. */
      label: branchName.nullish(),
      ref: branchName,
      sha,
      /** Null: the fork was deleted. */
      repo: numbered.nullable(),
    }),
    base: z.object({ ref: branchName, sha, repo: numbered }),
  }),
});

/** What brings a commit to be measured, and what ends the pull request. */
const OPENS = new Set(['opened', 'synchronize', 'reopened']);
const CLOSES = 'closed';

function pushed({ ref, before, after, repository: { full_name } }: z.output<typeof pushSchema>): HookEvent {
  const branch = branchOfRef(ref);
  if (branch === null) return other('only pushes to branches start something, this one is of a tag');
  if (isNoCommit(after)) return other('the branch was deleted');
  return {
    kind: 'change',
    change: {
      event: 'push',
      repo: full_name,
      branch,
      onto: branch,
      ref,
      head_sha: after,
      base_sha: isNoCommit(before) ? null : before,
      pull_request: null,
    },
  };
}

function pullRequest({
  action,
  repository: { full_name },
  pull_request,
}: z.output<typeof pullRequestSchema>): HookEvent {
  const { number, updated_at, head, base } = pull_request;
  const fork = head.repo?.id !== base.repo.id;
  return {
    kind: 'change',
    change: {
      event: 'pull-request',
      repo: full_name,
      branch: fork ? (head.label ?? `fork:${head.ref}`) : head.ref,
      onto: base.ref,
      ref: `refs/pull/${number}/head`,
      head_sha: head.sha,
      base_sha: base.sha,
      pull_request: { number, updated_at, is_open: action !== CLOSES, fork },
    },
  };
}

/** `name`: of the header `X-GitHub-Event`. */
export function githubEvent(name: string, payload: unknown): ReadEvent {
  if (name === 'ping') return { ok: true, event: { kind: 'ping' } };
  if (name === 'push') return readPayload(pushSchema, payload, pushed);
  if (name !== 'pull_request') return { ok: true, event: other('no event that starts something') };
  const { data } = actionSchema.safeParse(payload);
  if (data !== undefined && !OPENS.has(data.action) && data.action !== CLOSES) {
    return { ok: true, event: other('brings no commit') };
  }
  return readPayload(pullRequestSchema, payload, pullRequest);
}
