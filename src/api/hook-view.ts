import { z } from '@hono/zod-openapi';
import { HOOK_EVENTS } from '../core/hook/hook-change.ts';
import { PROVIDERS } from '../core/origin.ts';
import type { HookDeliveryRow } from '../db/hook-deliveries.ts';
import type { HookRow } from '../db/hooks.ts';
import { COMMENT_WHEN, HOOK_OUTCOMES } from '../db/schema/hooks.ts';

export const hookIdParam = z.object({ id: z.string().meta({ description: 'hok_…' }) });

const time = z.string().nullable().meta({ description: 'RFC 3339, UTC' });

export const hookSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    provider: z.enum(PROVIDERS),
    path: z.string().meta({ description: 'Where its events are sent: POST, without a key.' }),
    repo: z.string().nullable(),
    events: z.array(z.enum(HOOK_EVENTS)),
    branches: z.array(z.string()),
    template: z.record(z.string(), z.unknown()),
    api_url: z.string().nullable(),
    comment: z.enum(COMMENT_WHEN),
    has_token: z.boolean(),
    created_at: z.string(),
    disabled_at: time,
    previous_secret_until: time.meta({ description: 'Until then the secret before the current one is taken, too.' }),
  })
  .meta({ id: 'Hook' });

const secret = z.string().nullable().meta({ description: 'Shown this once; null: it is the one that you gave.' });
export const hookWithSecretSchema = hookSchema.extend({ secret }).meta({ id: 'HookWithSecret' });

export function hookView(row: HookRow): z.output<typeof hookSchema> {
  return {
    id: row.id,
    name: row.name,
    provider: row.provider,
    path: `/v1/hooks/${row.provider}/${row.id}`,
    repo: row.repo,
    events: [...row.events],
    branches: [...row.branches],
    template: { ...row.template },
    api_url: row.api_url,
    comment: row.comment,
    has_token: row.has_token,
    created_at: row.created_at.toISOString(),
    disabled_at: row.disabled_at?.toISOString() ?? null,
    previous_secret_until: row.previous_until?.toISOString() ?? null,
  };
}

const came = {
  outcome: z.enum(HOOK_OUTCOMES).meta({
    description:
      'started: an experiment is queued. canceled: the pull request was closed. waiting-approval: of a fork. stale: a newer event or commit has come. invalid: the template makes no valid spec.',
  }),
  says: z.string().meta({ description: 'One line for people.' }),
  experiment_id: z.string().nullable().meta({ description: 'What it is about; may have been deleted since.' }),
};

/** What a code host is answered: it shows it beside the event. */
export const receivedSchema = z
  .object({ delivery_id: z.string().meta({ description: 'dlv_…' }), ...came })
  .meta({ id: 'HookAnswer' });

export function receivedView({ id, outcome, says, experiment_id }: HookDeliveryRow): z.output<typeof receivedSchema> {
  return { delivery_id: id, outcome, says, experiment_id };
}

export const hookDeliverySchema = z
  .object({
    id: z.string().meta({ description: 'dlv_…' }),
    delivery_key: z.string().meta({ description: 'As the code host names it.' }),
    event: z.string(),
    received_at: z.string(),
    ...came,
    pull_request: z.int().nullable(),
    head_sha: z.string().nullable(),
  })
  .meta({ id: 'HookDelivery' });

export function hookDeliveryView({ received_at, ...row }: HookDeliveryRow): z.output<typeof hookDeliverySchema> {
  return { ...row, received_at: received_at.toISOString() };
}
