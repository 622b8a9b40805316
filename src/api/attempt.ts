import { retryInS } from '../core/delivery-schedule.ts';
import { foreignText } from '../core/foreign-text.ts';
import type { LeasedDelivery } from '../db/delivery-lease.ts';
import type { Attempt, AttemptOutcome } from '../db/delivery-record.ts';
import type { OutboundAnswer } from './outbound-fetch.ts';
import { MAX_KEPT_ANSWER } from './outbox-deps.ts';

/** What came of an attempt, but for how long it took. */
export type Came = Omit<Attempt, 'duration_ms'>;

interface Tried {
  readonly delivery: Pick<LeasedDelivery, 'attempts'>;
  readonly random: () => number;
}

/** The attempt after this one, where there is one. */
export function again({ delivery, random }: Tried, asked_s: number | null = null): AttemptOutcome {
  const in_s = retryInS(delivery.attempts + 1, random(), asked_s);
  return in_s === null ? { kind: 'failed' } : { kind: 'retry', in_s };
}

export function came(answer: OutboundAnswer, outcome: AttemptOutcome, error: string | null): Came {
  return { status: answer.status, error, answer: foreignText(answer.text, MAX_KEPT_ANSWER), outcome };
}

/** Nothing was sent, or nothing came back. */
export function cameToNothing(error: string, outcome: AttemptOutcome): Came {
  return { status: null, error: foreignText(error, MAX_KEPT_ANSWER), answer: '', outcome };
}

export const isSuccess = ({ status }: Pick<OutboundAnswer, 'status'>): boolean => status >= 200 && status <= 299;

/** Why an answer is no success, in words. */
export function refusalText({ status }: Pick<OutboundAnswer, 'status'>): string {
  if (status >= 300 && status <= 399) return `answered ${status}: a redirect, which is not followed`;
  return `answered ${status}`;
}
