import type { LeasedDelivery } from '../db/delivery-lease.ts';
import { getPullRequest, getTold, noteComment, type PullRequestRef, type ToldExperiment } from '../db/outbox-told.ts';
import { ciComment, commentMark } from '../report/ci-comment.ts';
import { isSuccess, type Came } from './attempt.ts';
import { commentTag } from './comment-tag.ts';
import { findComment } from './find-comment.ts';
import { type GithubClient, repoPath } from './github-client.ts';
import type { OutboundAnswer } from './outbound-fetch.ts';
import type { OutboxDeps } from './outbox-deps.ts';
import { pageLink } from './page-link.ts';
import { clientOf, judgeGithub, nothingToTell } from './send-to-github.ts';

/** Of the answer to a new comment, which begins with its address and id and repeats the whole of it. */
const MAX_COMMENT_ANSWER = 512 * 1024;

/** One attempt at the sticky comment of a pull request. Throws OutboundError when no answer came. */
export async function sendComment(deps: OutboxDeps, delivery: LeasedDelivery, signal?: AbortSignal): Promise<Came> {
  const client = await clientOf(deps, delivery.hook, signal);
  if (typeof client === 'string') return nothingToTell(client);
  const told = await toTell(deps, delivery);
  if (typeof told === 'string') return nothingToTell(told);
  const { ref, experiment, known, path } = told;
  const mark = await commentTag(deps.secrets, ref);
  const body = ciComment({ ...(await factsOf(deps, experiment)), mark });
  const sticky: Sticky = { client, path, body, number: ref.number, mark: commentMark(mark) };
  const { answer, made } = await put(sticky, known);
  if (made !== null && made !== known) await noteComment(deps.db, ref, { known, made });
  return judgeGithub(deps, delivery, answer);
}

interface ToTell {
  readonly ref: PullRequestRef;
  readonly experiment: ToldExperiment;
  /** Of the comment that was made before. */
  readonly known: string | null;
  readonly path: string;
}

/** A text: why there is nothing to tell. */
async function toTell(deps: OutboxDeps, { experiment_id, hook }: LeasedDelivery): Promise<ToTell | string> {
  const experiment = experiment_id === null ? null : await getTold(deps.db, experiment_id);
  const { repo = null, pull_request = null, head_sha = null } = experiment?.origin ?? {};
  const path = repo === null ? null : repoPath(repo);
  if (experiment === null || hook === null || repo === null || path === null || pull_request === null)
    return 'there is no pull request to tell of';
  const ref = { hook_id: hook.id, repo, number: pull_request };
  const pull = await getPullRequest(deps.db, ref);
  if (pull === null) return 'the pull request is no more';
  if (pull.head_sha !== head_sha) return 'the pull request has a newer commit';
  return { ref, experiment, known: pull.comment_id, path };
}

async function factsOf(deps: OutboxDeps, experiment: ToldExperiment) {
  const { name, status, reason, thresholds, host, origin } = experiment;
  return {
    experiment: { name, status, reason },
    head_sha: origin?.head_sha ?? '',
    base_sha: origin?.base_sha ?? null,
    thresholds,
    host,
    link: await pageLink(deps, experiment),
  };
}

interface Sticky {
  readonly client: GithubClient;
  readonly path: string;
  readonly number: number;
  readonly body: string;
  /** Its first line, by which one is known that was made and not remembered. */
  readonly mark: string;
}

/** The answer that decides, and the comment's id where there now is one. */
interface Put {
  readonly answer: OutboundAnswer;
  readonly made: string | null;
}

/** Changes the comment that is known, else one that bears our mark; makes one where there is none (any more). */
async function put(sticky: Sticky, known: string | null): Promise<Put> {
  if (known !== null) {
    const changed = await change(sticky, known);
    if (!isGone(changed.answer)) return changed;
  }
  const found = await findComment(sticky);
  if (found.kind === 'refused') return { answer: found.answer, made: null };
  if (found.kind === 'found' && found.id !== known) return change(sticky, found.id);
  return make(sticky);
}

/** Deleted by hand; who may not see it gets the same answer, and then may not make one either. */
const isGone = ({ status }: OutboundAnswer): boolean => status === 404 || status === 410;

async function change({ client, path, body }: Sticky, id: string): Promise<Put> {
  const to = `${path}/issues/comments/${encodeURIComponent(id)}`;
  const answer = await client.ask('PATCH', to, { body }, MAX_COMMENT_ANSWER);
  return { answer, made: isSuccess(answer) ? id : null };
}

async function make({ client, path, number, body }: Sticky): Promise<Put> {
  const answer = await client.ask('POST', `${path}/issues/${number}/comments`, { body }, MAX_COMMENT_ANSWER);
  return { answer, made: isSuccess(answer) ? idOf(answer.text) : null };
}

/** Null: what came is not what GitHub answers; the mark finds the comment again. */
function idOf(text: string): string | null {
  try {
    const { id } = JSON.parse(text) as { id?: unknown };
    return typeof id === 'number' || typeof id === 'string' ? String(id) : null;
  } catch {
    return null;
  }
}
