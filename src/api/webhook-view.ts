import { z } from '@hono/zod-openapi';
import { AppError } from '../core/errors.ts';
import { OUTBOUND_EVENTS, type OutboundEvent } from '../core/outbound-event.ts';
import { refusalOfUrl } from '../core/outbound-url.ts';
import type { AttemptRow, DeliveryRow } from '../db/deliveries.ts';
import { DELIVERY_STATES } from '../db/schema/webhooks.ts';
import type { WebhookRow } from '../db/webhooks.ts';
import type { ApiConfig } from './deps.ts';

/** `webhook.test` is sent when it is asked for, whatever a webhook wants. */
export const WANTED_EVENTS = OUTBOUND_EVENTS.filter((event) => event !== 'webhook.test');

export const webhookIdParam = z.object({ id: z.string().meta({ description: 'whk_…' }) });

const time = z.string().nullable().meta({ description: 'RFC 3339, UTC' });

export const webhookSchema = z
  .object({
    id: z.string(),
    url: z.string(),
    description: z.string(),
    events: z.array(z.enum(OUTBOUND_EVENTS)),
    created_at: z.string(),
    disabled_at: time,
    disabled_reason: z
      .enum(['owner', 'gone'])
      .nullable()
      .meta({ description: '`gone`: it has answered 410. `owner`: by PATCH.' }),
    previous_secret_until: time.meta({ description: 'Until then the secret before the current one signs, too.' }),
  })
  .meta({ id: 'Webhook' });

const secret = z.string().meta({ description: 'whsec_…, shown this once.' });
export const webhookWithSecretSchema = webhookSchema.extend({ secret }).meta({ id: 'WebhookWithSecret' });

export function webhookView(row: WebhookRow): z.output<typeof webhookSchema> {
  return {
    id: row.id,
    url: row.url,
    description: row.description,
    events: [...row.events],
    created_at: row.created_at.toISOString(),
    disabled_at: row.disabled_at?.toISOString() ?? null,
    disabled_reason: row.disabled_reason,
    previous_secret_until: row.previous_until?.toISOString() ?? null,
  };
}

export const deliverySchema = z
  .object({
    id: z.string().meta({ description: 'dlv_…; sent as `webhook-id`.' }),
    event: z.string(),
    experiment_id: z.string().nullable(),
    state: z.enum(DELIVERY_STATES),
    attempts: z.int(),
    created_at: z.string(),
    next_attempt_at: time,
    ended_at: time,
  })
  .meta({ id: 'Delivery' });

export const attemptSchema = z
  .object({
    n: z.int(),
    at: z.string(),
    status: z.int().nullable().meta({ description: 'Null: no answer came.' }),
    error: z.string().nullable(),
    duration_ms: z.int(),
    answer: z.string().meta({ description: 'The beginning of the body of the answer, at most 1 KiB.' }),
  })
  .meta({ id: 'DeliveryAttempt' });

export const wholeDeliverySchema = deliverySchema
  .extend({ payload: z.record(z.string(), z.unknown()), log: z.array(attemptSchema) })
  .meta({ id: 'DeliveryWithAttempts' });

export function deliveryView(row: DeliveryRow): z.output<typeof deliverySchema> {
  return {
    id: row.id,
    event: row.event,
    experiment_id: row.experiment_id,
    state: row.state,
    attempts: row.attempts,
    created_at: row.created_at.toISOString(),
    next_attempt_at: row.next_attempt_at?.toISOString() ?? null,
    ended_at: row.ended_at?.toISOString() ?? null,
  };
}

export function attemptView({ at, ...attempt }: AttemptRow): z.output<typeof attemptSchema> {
  return { ...attempt, at: at.toISOString() };
}

/** The address in its one spelling. Throws invalid-request for one that is never sent to. */
export function webhookUrl(text: string, config: Pick<ApiConfig, 'allow_insecure_webhooks'>): string {
  const url = URL.parse(text);
  const allow_insecure = config.allow_insecure_webhooks ?? false;
  const refusal = url === null ? 'is no URL' : refusalOfUrl(url, { allow_insecure });
  if (url !== null && refusal === null) return url.href;
  const detail = `expected a public https address, got one that ${refusal}`;
  throw new AppError('invalid-request', `/url: ${detail}`, { problems: [{ pointer: '/url', detail }] });
}

/** Each once, in the order of the list. */
export function eventsOf(wanted: readonly OutboundEvent[]): OutboundEvent[] {
  return WANTED_EVENTS.filter((event) => wanted.includes(event));
}
