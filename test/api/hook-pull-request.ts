import { commitOf, githubPullRequest, type PullRequestEvent } from '../fixtures/github-events.ts';
import { cameOf, fromGithub, newHook } from './hook-senders.ts';
import { type Api, jsonOf } from './service.ts';

/** A minute of the code host's clock. */
export const at = (minute: number) => `2026-11-20T10:${String(minute).padStart(2, '0')}:00Z`;

/** Another commit, pushed at that minute. */
export const synchronize = (name: string, minute: number): PullRequestEvent => ({
  action: 'synchronize',
  head_sha: commitOf(name),
  updated_at: at(minute),
});

/** What makes a valid spec of no branch but one that git could fetch. */
export const BY_BRANCH = {
  name: '{{branch}}',
  deployments: [{ id: 'a', target: 't', server: 's', ref: '{{branch}}' }],
  load: [{ model: 'closed', connections: [1] }],
};

/** A project with a hook, whose events of pull request 5 are sent in few words. */
export async function pullRequest(api: Api, settings: Record<string, unknown> = {}) {
  const project = await api.project();
  const hook = await newHook(project, settings);
  const send = (changes: PullRequestEvent, delivery?: string) =>
    fromGithub(api, hook, 'pull_request', githubPullRequest(changes), delivery === undefined ? {} : { delivery });
  return {
    project,
    hook,
    send,
    came: async (changes: PullRequestEvent) => cameOf(await send(changes)),
    experiment: async (id: string | null) =>
      jsonOf<{ status: string }>(await project.send('GET', `/v1/experiments/${id}`)),
  };
}
