import type { LeasedDelivery } from '../db/delivery-lease.ts';
import { again, came, cameToNothing, isSuccess, refusalText, type Came } from './attempt.ts';
import { createGithubClient, type GithubClient, waitOf } from './github-client.ts';
import type { OutboundAnswer } from './outbound-fetch.ts';
import type { OutboxDeps } from './outbox-deps.ts';

/** The purpose of a hook's token in `secrets`. */
export const tokenPurpose = (hook_id: string): string => `hook/${hook_id}/token`;

/** What is as wrong the next time: an unknown commit, a text too long, a thousand statuses of one context. */
const INVALID = 422;

type Hook = NonNullable<LeasedDelivery['hook']>;

/** The client of a delivery's hook; a text: why there is none (any more). */
export async function clientOf(
  deps: OutboxDeps,
  hook: Hook | null,
  signal: AbortSignal | undefined,
): Promise<GithubClient | string> {
  if (hook === null) return 'the hook is no more';
  if (hook.api_url === null || !hook.has_token) return 'the hook has no token, or no address to write to';
  const token = await deps.kept.open(tokenPurpose(hook.id));
  if (token === null) return 'the hook has no token';
  const { api_url } = hook;
  return createGithubClient(deps, { api_url, token: new TextDecoder().decode(token.secret), signal });
}

export function nothingToTell(why: string): Came {
  return cameToNothing(why, { kind: 'dropped' });
}

/**
 * What an answer of GitHub means for the delivery. A limit is waited for as long as it says; a refusal that may be mended on the other
 * side (token, rights, an outage) is tried again for days.
 */
export function judgeGithub(deps: OutboxDeps, delivery: LeasedDelivery, answer: OutboundAnswer): Came {
  if (isSuccess(answer)) return came(answer, { kind: 'succeeded' }, null);
  const wait_s = waitOf(answer, deps.now());
  if (wait_s === null && answer.status === INVALID)
    return came(answer, { kind: 'failed' }, 'answered 422: it will not be taken');
  const next = again({ delivery, random: deps.random }, wait_s);
  if (wait_s === null) return came(answer, next, refusalText(answer));
  return came(answer, next.kind === 'retry' ? { ...next, all: true } : next, `answered ${answer.status}: a rate limit`);
}
