import type { ExperimentState } from '../job.ts';

/** What is known of a pull request, as far as it decides what its next event does. */
export interface KnownPullRequest {
  readonly head_sha: string;
  readonly base_sha: string | null;
  /** The commit that may run though it comes from a fork. */
  readonly approved_sha: string | null;
  /** Of what was started for `head_sha`; null: nothing, or it is no more. */
  readonly experiment: { readonly status: ExperimentState; readonly canceling: boolean } | null;
}

/** What an event says of it. */
export interface PullRequestNews {
  readonly head_sha: string;
  readonly base_sha: string | null;
  readonly is_open: boolean;
  readonly fork: boolean;
  /** The code host's clock was before that of an event that has come already. */
  readonly is_older: boolean;
}

/**
 * `stale`: nothing changes. `close`: what runs for it ends. `measured`: the commit has, or will have, its answer. `wait`, `start`: what
 * runs for an older commit ends, and this one waits for approval, or is measured.
 */
export type Turn = 'stale' | 'close' | 'measured' | 'wait' | 'start';

/** Whether what was started for a commit answers for it: not what was canceled, nor what failed. */
function answers(experiment: NonNullable<KnownPullRequest['experiment']>): boolean {
  return !experiment.canceling && experiment.status !== 'canceled' && experiment.status !== 'failed';
}

/** `known`: null for the first event of a pull request. Of one time, in which code hosts count whole seconds, the later to come counts. */
export function turnOf(known: KnownPullRequest | null, news: PullRequestNews): Turn {
  if (news.is_older) return 'stale';
  if (!news.is_open) return 'close';
  const isSame = known !== null && known.head_sha === news.head_sha && known.base_sha === news.base_sha;
  if (isSame && known.experiment !== null && answers(known.experiment)) return 'measured';
  return news.fork && known?.approved_sha !== news.head_sha ? 'wait' : 'start';
}
