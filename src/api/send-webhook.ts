import type { LeasedDelivery } from '../db/delivery-lease.ts';
import { secretPurpose } from '../db/webhooks.ts';
import { again, came, cameToNothing, isSuccess, refusalText, type Came } from './attempt.ts';
import { linksOf } from './experiment-view.ts';
import type { OutboundAnswer } from './outbound-fetch.ts';
import { ATTEMPT_TIMEOUT_MS, MAX_KEPT_ANSWER, type OutboxDeps, userAgent } from './outbox-deps.ts';
import { retryAfterS } from './retry-after.ts';
import { webhookHeaders } from './webhook-signature.ts';

/** A receiver may refuse more; what is told is some hundred bytes. A test holds the largest event to it. */
export const MAX_WEBHOOK_BYTES = 20_000;

/** 410: the receiver wants nothing any more. */
const GONE = 410;
/** Answers that may say when to come again. */
const BUSY = [429, 503];

/** `{type, timestamp, data}`, the same text at every attempt. */
export function webhookBody({ payload, experiment_id }: LeasedDelivery, base_url: string | null): string {
  const { type, timestamp, data } = payload as { type: string; timestamp: string; data: Record<string, unknown> };
  if (experiment_id === null) return JSON.stringify({ type, timestamp, data });
  const { self, results, report } = linksOf(experiment_id);
  const base = base_url ?? '';
  const links = { self: base + self, results: base + results, report: base + report };
  return JSON.stringify({ type, timestamp, data: { ...data, links } });
}

/** One attempt at a webhook: signed, at most 20 kB, no redirect followed. Throws OutboundError when no answer came. */
export async function sendWebhook(deps: OutboxDeps, delivery: LeasedDelivery, signal?: AbortSignal): Promise<Came> {
  const { webhook } = delivery;
  if (webhook === null) return cameToNothing('the webhook is no more', { kind: 'dropped' });
  const secrets = await secretsOf(deps, webhook);
  const body = webhookBody(delivery, deps.config.base_url);
  const timestamp = Math.floor(deps.now().getTime() / 1000);
  const answer = await deps.fetch({
    method: 'POST',
    url: webhook.url,
    headers: {
      'content-type': 'application/json',
      'user-agent': userAgent(deps),
      ...(await webhookHeaders({ id: delivery.id, timestamp, body }, secrets)),
    },
    body,
    timeout_ms: ATTEMPT_TIMEOUT_MS,
    max_answer_bytes: MAX_KEPT_ANSWER,
    signal,
  });
  return judge(deps, delivery, answer);
}

function judge(deps: OutboxDeps, delivery: LeasedDelivery, answer: OutboundAnswer): Came {
  const { status } = answer;
  if (isSuccess(answer)) return came(answer, { kind: 'succeeded' }, null);
  if (status === GONE) return came(answer, { kind: 'gone' }, 'answered 410: the webhook is disabled');
  const asked_s = BUSY.includes(status) ? retryAfterS(answer.header('Retry-After'), deps.now()) : null;
  return came(answer, again({ delivery, random: deps.random }, asked_s), refusalText(answer));
}

/** The current one first. */
async function secretsOf(
  { kept }: Pick<OutboxDeps, 'kept'>,
  { id, has_previous }: NonNullable<LeasedDelivery['webhook']>,
): Promise<Uint8Array[]> {
  const current = await kept.open(secretPurpose(id, 'current'));
  if (current === null) throw new Error(`the webhook ${id} has no secret`);
  const previous = has_previous ? await kept.open(secretPurpose(id, 'previous')) : null;
  return [current.secret, ...(previous === null ? [] : [previous.secret])];
}
