import type { OutboundEvent } from '../core/outbound-event.ts';
import type { LeasedDelivery } from '../db/delivery-lease.ts';
import { getTold, type ToldExperiment } from '../db/outbox-told.ts';
import { type CommitStatus, commitStatus, statusText } from '../report/ci-status.ts';
import type { Came } from './attempt.ts';
import { repoPath } from './github-client.ts';
import { MAX_KEPT_ANSWER, type OutboxDeps } from './outbox-deps.ts';
import { pageLink } from './page-link.ts';
import { clientOf, judgeGithub, nothingToTell } from './send-to-github.ts';

/** Statuses of one name on one commit take each other's place. */
export const statusContext = (hook_name: string): string => statusText(`benchwright/${hook_name}`);

interface Told extends CommitStatus {
  readonly repo: string;
  readonly head_sha: string;
  /** Null: the service does not know its own address, or there is no page. */
  readonly target_url: string | null;
}

/** One attempt at a commit status. Throws OutboundError when no answer came. */
export async function sendStatus(deps: OutboxDeps, delivery: LeasedDelivery, signal?: AbortSignal): Promise<Came> {
  const client = await clientOf(deps, delivery.hook, signal);
  if (typeof client === 'string') return nothingToTell(client);
  const told = await toTell(deps, delivery);
  const path = told === null ? null : repoPath(told.repo);
  if (told === null || path === null) return nothingToTell('there is no commit to tell of');
  const { state, description, target_url } = told;
  const context = statusContext(delivery.hook?.name ?? '');
  const json = { state, description, context, ...(target_url === null ? {} : { target_url }) };
  const sha = encodeURIComponent(told.head_sha);
  return judgeGithub(deps, delivery, await client.ask('POST', `${path}/statuses/${sha}`, json, MAX_KEPT_ANSWER));
}

async function toTell(deps: OutboxDeps, delivery: LeasedDelivery): Promise<Told | null> {
  if (delivery.experiment_id === null) return ofHookAlone(delivery);
  const experiment = await getTold(deps.db, delivery.experiment_id);
  return experiment === null ? null : ofExperiment(deps, delivery, experiment);
}

async function ofExperiment(
  deps: OutboxDeps,
  { event }: LeasedDelivery,
  experiment: ToldExperiment,
): Promise<Told | null> {
  const { origin } = experiment;
  const status = commitStatus(event as OutboundEvent, experiment);
  if (status === null || origin === null || origin.repo === null || origin.head_sha === null) return null;
  return { ...status, repo: origin.repo, head_sha: origin.head_sha, target_url: await pageLink(deps, experiment) };
}

/** What a hook says before it starts an experiment: src/db/outbox-hooks.ts wrote it. */
function ofHookAlone({ payload }: LeasedDelivery): Told | null {
  const data = payload['data'] as { repo: string; head_sha: string; state: 'pending' | 'error'; says: string };
  return { ...data, description: statusText(data.says), target_url: null };
}
