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

/** GitLab's payloads: https://docs.gitlab.com/user/project/integrations/webhook_events/. */

const project = z.object({ path_with_namespace: repoName });

const pushSchema = z.object({ ref: refName, before: sha, after: sha, project });

/** An event that a person tries out, or one of an old version, may come without an action. */
const actionSchema = z.object({
  object_attributes: z.object({ action: z.string().max(60).nullish(), oldrev: z.string().max(64).nullish() }),
});

const mergeRequestSchema = z.object({
  project,
  object_attributes: z.object({
    action: z.string(),
    iid: pullRequestNumber,
    updated_at: instant,
    source_branch: branchName,
    target_branch: branchName,
    /** Null: the fork was deleted. */
    source_project_id: z.int().nullable(),
    target_project_id: z.int(),
    source: project.nullish(),
    last_commit: z.object({ id: sha }),
  }),
});

const OPENS = new Set(['open', 'reopen']);
const CLOSES = new Set(['close', 'merge']);
/** Also of a title or a label: only with `oldrev` did the commits change. */
const UPDATES = 'update';

function pushed({ ref, before, after, project: { path_with_namespace } }: z.output<typeof pushSchema>): HookEvent {
  const branch = branchOfRef(ref);
  if (branch === null) return other('only pushes to branches start something');
  if (isNoCommit(after)) return other('the branch was deleted');
  return {
    kind: 'change',
    change: {
      event: 'push',
      repo: path_with_namespace,
      branch,
      onto: branch,
      ref,
      head_sha: after,
      base_sha: isNoCommit(before) ? null : before,
      pull_request: null,
    },
  };
}

function mergeRequest({ project: target, object_attributes: of }: z.output<typeof mergeRequestSchema>): HookEvent {
  const fork = of.source_project_id !== of.target_project_id;
  return {
    kind: 'change',
    change: {
      event: 'pull-request',
      repo: target.path_with_namespace,
      branch: fork ? `${of.source?.path_with_namespace ?? 'fork'}:${of.source_branch}` : of.source_branch,
      onto: of.target_branch,
      ref: `refs/merge-requests/${of.iid}/head`,
      head_sha: of.last_commit.id,
      // The payload does not tell it.
      base_sha: null,
      pull_request: { number: of.iid, updated_at: of.updated_at, is_open: !CLOSES.has(of.action), fork },
    },
  };
}

function bringsCommit({ action, oldrev }: z.output<typeof actionSchema>['object_attributes']): boolean {
  if (action === UPDATES) return typeof oldrev === 'string';
  return typeof action === 'string' && (OPENS.has(action) || CLOSES.has(action));
}

/** `name`: of the header `X-Gitlab-Event`. */
export function gitlabEvent(name: string, payload: unknown): ReadEvent {
  if (name === 'Push Hook') return readPayload(pushSchema, payload, pushed);
  if (name !== 'Merge Request Hook') return { ok: true, event: other('no event that starts something') };
  const { data } = actionSchema.safeParse(payload);
  if (data !== undefined && !bringsCommit(data.object_attributes))
    return { ok: true, event: other('brings no commit') };
  return readPayload(mergeRequestSchema, payload, mergeRequest);
}
