import { isOnBranch } from './branch-pattern.ts';
import type { HookChange, HookEventKind } from './hook-change.ts';

/** What a hook is for. */
export interface HookScope {
  /** Null: any repository. */
  readonly repo: string | null;
  readonly events: readonly HookEventKind[];
  readonly branches: readonly string[];
}

/** Why a change is none of the hook's, in words; null: it is. Code hosts take no notice of case in names of repositories. */
export function outsideScope({ repo, events, branches }: HookScope, change: HookChange): string | null {
  if (!events.includes(change.event)) return `the hook does not ask for events of the kind ${change.event}`;
  if (repo !== null && change.repo !== null && repo.toLowerCase() !== change.repo.toLowerCase())
    return `the event is of another repository than ${repo}`;
  // One that was started when it went to another branch is to end all the same.
  if (change.pull_request?.is_open === false) return null;
  return isOnBranch(branches, change.onto) ? null : `the hook is not for that branch, only for ${branches.join(', ')}`;
}
