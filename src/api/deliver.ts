import type { LeasedDelivery } from '../db/delivery-lease.ts';
import { recordAttempt, releaseDelivery } from '../db/delivery-record.ts';
import { again, cameToNothing, type Came } from './attempt.ts';
import { OutboundError } from './outbound-fetch.ts';
import { type OutboxDeps, WHOLE_ATTEMPT_MS } from './outbox-deps.ts';
import { sendComment } from './send-comment.ts';
import { sendStatus } from './send-status.ts';
import { sendWebhook } from './send-webhook.ts';

const SENDERS = { webhook: sendWebhook, 'commit-status': sendStatus, comment: sendComment } as const;

/**
 * One attempt at a leased delivery, and its record; never rejects. A process that ends between the two leaves the lease, after which
 * another sends it again: at least once. A sender that is told to stop gives the lease back.
 */
export async function deliver(
  deps: OutboxDeps,
  delivery: LeasedDelivery,
  signal?: AbortSignal,
  whole_ms: number = WHOLE_ATTEMPT_MS,
): Promise<void> {
  const began = performance.now();
  try {
    const came = await attempt(deps, delivery, { signal, whole_ms });
    if (came === null) return await releaseDelivery(deps.db, delivery);
    const duration_ms = Math.round(performance.now() - began);
    await recordAttempt(deps.db, delivery, { ...came, duration_ms });
  } catch (error) {
    deps.log.error({ err: error, delivery_id: delivery.id }, 'an attempt could not be recorded; it is made again');
  }
}

interface Ends {
  /** The sender stops. */
  readonly signal: AbortSignal | undefined;
  readonly whole_ms: number;
}

/** Null: it was broken off because the sender stops. */
async function attempt(deps: OutboxDeps, delivery: LeasedDelivery, { signal, whole_ms }: Ends): Promise<Came | null> {
  const late = AbortSignal.timeout(whole_ms);
  try {
    return await SENDERS[delivery.kind](deps, delivery, signal === undefined ? late : AbortSignal.any([signal, late]));
  } catch (error) {
    if (signal?.aborted) return null;
    const next = again({ delivery, random: deps.random });
    if (late.aborted) return cameToNothing(`not done within ${whole_ms / 1000} s`, next);
    if (error instanceof OutboundError) return cameToNothing(error.message, next);
    deps.log.error({ err: error, delivery_id: delivery.id }, 'a delivery could not be sent');
    return cameToNothing('the service could not make the request: its log says why', next);
  }
}
