import { z } from '@hono/zod-openapi';
import { AppError } from '../core/errors.ts';
import type { InFlight, KeptAnswer, Repeated } from '../db/idempotency.ts';

const HEADER = 'Idempotency-Key';
/** As at Stripe, whose clients have settled what such keys look like; it keeps an index row small. */
const MAX_LENGTH = 255;

/** For OpenAPI. */
export const idempotencyHeader = z.object({
  [HEADER]: z
    .string()
    .optional()
    .meta({ description: `Of your making, ≤ ${MAX_LENGTH} characters: the same request again gets the first answer.` }),
});

/** The key of the header, quoted (RFC 9651, 3.3.3) or bare; null when there is none. Throws invalid-request. */
export function idempotencyKey(header: string | undefined): string | null {
  if (header === undefined) return null;
  const key = unquoted(header.trim());
  if (key !== null && key !== '' && key.length <= MAX_LENGTH && /^[\x20-\x7e]+$/.test(key)) return key;
  const detail = `expected 1 to ${MAX_LENGTH} printable ASCII characters, bare or in double quotes`;
  throw new AppError('invalid-request', `${HEADER}: ${detail}`, {
    problems: [{ pointer: `/headers/${HEADER}`, detail }],
  });
}

/** Null: it begins as a quoted string and is none. */
function unquoted(text: string): string | null {
  if (!text.startsWith('"')) return text;
  const inside = /^"((?:[^"\\]|\\["\\])*)"$/.exec(text)?.[1];
  return inside === undefined ? null : inside.replaceAll(/\\(["\\])/g, '$1');
}

/** The first answer as it was, marked; other ends are thrown: idempotency-key-reused, idempotency-in-flight. */
export function repeatedAnswer(repeated: Repeated | InFlight): Response {
  if (repeated.kind === 'replayed') return keptResponse(repeated.answer, { 'Idempotency-Replayed': 'true' });
  if (repeated.kind === 'reused') {
    throw new AppError('idempotency-key-reused', `this ${HEADER} was used for another body in the last 24 hours`);
  }
  throw new AppError('idempotency-in-flight', `a request with this ${HEADER} is being worked on`);
}

export function keptResponse({ status, headers, body }: KeptAnswer, extra: Record<string, string> = {}): Response {
  return new Response(body, { status, headers: { ...headers, ...extra } });
}
