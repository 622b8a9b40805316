import type { Origin } from '../origin.ts';

/** What a hook can be asked to react to. */
export const HOOK_EVENTS = ['push', 'pull-request', 'generic'] as const;
export type HookEventKind = (typeof HOOK_EVENTS)[number];

/** Of a pull or merge request, what puts its events in order. */
export interface PullRequestState {
  readonly number: number;
  /** By the code host's clock, RFC 3339. */
  readonly updated_at: string;
  readonly is_open: boolean;
  /** The commit is of another repository than the one it is to go into. */
  readonly fork: boolean;
}

/** What an event is about, in the words of no code host: a commit, and the pull request that it belongs to. */
export interface HookChange {
  readonly event: HookEventKind;
  /** `owner/name`. */
  readonly repo: string | null;
  /** The branch that the commit is on; of a fork `owner:branch`, so that its `main` is not taken for ours. */
  readonly branch: string | null;
  /** The branch that a hook's patterns are about: the one pushed to, or that the pull request goes to. */
  readonly onto: string | null;
  /** The full name under which git fetches the commit. */
  readonly ref: string | null;
  readonly head_sha: string;
  /** What it is compared with; null: the event does not tell. */
  readonly base_sha: string | null;
  readonly pull_request: PullRequestState | null;
}

/** `other`: nothing follows from it, and why. */
export type HookEvent =
  | { readonly kind: 'ping' }
  | { readonly kind: 'other'; readonly says: string }
  | { readonly kind: 'change'; readonly change: HookChange };

/** What an experiment that was started for the change remembers of it. */
export function originOf(
  hook: { readonly id: string; readonly provider: Origin['provider'] },
  { event, repo, branch, head_sha, base_sha, pull_request }: HookChange,
): Origin {
  return {
    hook_id: hook.id,
    provider: hook.provider,
    event,
    repo,
    branch,
    pull_request: pull_request?.number ?? null,
    head_sha,
    base_sha,
    fork: pull_request?.fork ?? false,
  };
}
