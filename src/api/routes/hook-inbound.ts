import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { AppError } from '../../core/errors.ts';
import { genericEventSchema } from '../../core/hook/generic-event.ts';
import type { HookChange, HookEvent } from '../../core/hook/hook-change.ts';
import { outsideScope } from '../../core/hook/hook-scope.ts';
import { makeId } from '../../core/id.ts';
import type { Provider } from '../../core/origin.ts';
import { type DeliveryKey, findDelivery, type HookDeliveryRow } from '../../db/hook-deliveries.ts';
import { type HookPlan, type HookWork, receiveDelivery } from '../../db/hook-receive.ts';
import type { HookRow } from '../../db/hooks.ts';
import { readBytes } from '../body.ts';
import type { AppEnv, Deps } from '../deps.ts';
import { sha256Hex } from '../digest.ts';
import { type App, endpoint } from '../endpoint.ts';
import { hookPayload, MAX_DISCARDED_HOOK_BYTES, MAX_HOOK_BYTES } from '../hook-body.ts';
import { type Envelope, envelopeOf, eventOf, eventText } from '../hook-envelope.ts';
import { receivedSchema, receivedView } from '../hook-view.ts';
import type { KeptSecrets } from '../kept-secrets.ts';
import { knownSender } from '../known-sender.ts';
import { queueFull } from '../plan-experiment.ts';
import { planHook } from '../plan-hook.ts';

const NOTHING = { kind: 'nothing', outcome: 'ignored' } as const;

/** A generic event that names no repository is of the hook's own. */
function ofHook(hook: HookRow, change: HookChange): HookChange {
  return { ...change, repo: change.repo ?? hook.repo };
}

async function workOf(deps: Deps, hook: HookRow, event: HookEvent, delivery_id: string): Promise<HookWork> {
  if (event.kind === 'ping') return { kind: 'nothing', outcome: 'pong', says: 'the hook is there' };
  if (event.kind === 'other') return { ...NOTHING, says: event.says };
  if (hook.disabled_at !== null) return { ...NOTHING, says: 'the hook is disabled' };
  const outside = outsideScope(hook, event.change);
  if (outside !== null) return { ...NOTHING, says: outside };
  const change = ofHook(hook, event.change);
  const isEnd = change.pull_request?.is_open === false;
  return { kind: 'change', change, plan: isEnd ? null : await planHook(deps, hook, change, { delivery_id }) };
}

/** Who waits for a job or for something to send is told at once. */
function tell(deps: Deps, plan: HookPlan | null, delivery: HookDeliveryRow): void {
  if (delivery.outcome === 'started' && plan?.ok === true) {
    const { experiment, job } = plan.created;
    deps.bell.ring({ project_id: experiment.project_id, needs: job.needs, runner_labels: job.runner_labels });
  }
  deps.outbox?.wake();
}

async function received(
  deps: Deps,
  hook: HookRow,
  key: DeliveryKey,
  { envelope, payload, headers }: { envelope: Envelope; payload: unknown; headers: Headers },
): Promise<{ delivery: HookDeliveryRow; isNew: boolean }> {
  // Before the template is filled: what has come once is answered so again, also when it would be judged otherwise by now.
  const earlier = await findDelivery(deps.db, key);
  if (earlier !== null) return { delivery: earlier, isNew: false };
  const id = makeId('delivery', deps.uuid);
  const work = await workOf(deps, hook, eventOf(hook.provider, envelope, payload, headers), id);
  const answer = await receiveDelivery(deps.db, { ...key, id, event: eventText(envelope, payload) }, work);
  if (answer.kind === 'quota-exceeded') throw queueFull(answer.max_queued);
  if (answer.kind === 'not-found') throw new AppError('unauthorized', 'the hook was deleted just now');
  const { kind, delivery } = answer;
  if (kind === 'received') tell(deps, work.kind === 'change' ? work.plan : null, delivery);
  const { outcome, experiment_id } = delivery;
  deps.log.info({ hook_id: hook.id, delivery_id: delivery.id, outcome, experiment_id }, `hook delivery ${kind}`);
  return { delivery, isNew: kind === 'received' };
}

async function receive(deps: Deps, kept: KeptSecrets, provider: Provider, c: Context<AppEnv>, hook_id: string) {
  const { headers } = c.req.raw;
  const bytes = await readBytes(c.req.raw, {
    maxBytes: MAX_HOOK_BYTES,
    maxDiscarded: MAX_DISCARDED_HOOK_BYTES,
    timeout_ms: deps.config.body_timeout_ms,
  });
  const hook = await knownSender(deps, kept, { provider, hook_id, headers, bytes });
  const envelope = envelopeOf(provider, headers);
  const payload = hookPayload(provider, headers, bytes);
  const body_digest = sha256Hex(bytes);
  const key = { hook_id, delivery_key: envelope.delivery_key ?? body_digest, body_digest };
  const { delivery, isNew } = await received(deps, hook, key, { envelope, payload, headers });
  return c.json(receivedView(delivery), isNew ? 202 : 200);
}

const EVENTS: Readonly<Record<Provider, { readonly summary: string; readonly schema: z.ZodType }>> = {
  github: {
    summary: 'Events of GitHub: ping, push, pull_request. Signed by `X-Hub-Signature-256`; at most 8 MiB.',
    schema: z.record(z.string(), z.unknown()),
  },
  gitlab: {
    summary:
      'Events of GitLab: Push Hook, Merge Request Hook. With `X-Gitlab-Token`, or signed by Standard Webhooks; at most 8 MiB.',
    schema: z.record(z.string(), z.unknown()),
  },
  generic: {
    summary: 'A commit to be measured, told by anybody. Signed by Standard Webhooks, at most 5 minutes ago.',
    schema: genericEventSchema,
  },
};

/** Where code hosts send their events. No key is asked for: the sender shows that it knows the hook's secret. */
export function hookInboundRoutes(app: App, deps: Deps, kept: KeptSecrets): void {
  for (const provider of ['github', 'gitlab', 'generic'] as const) {
    const { summary, schema } = EVENTS[provider];
    endpoint(
      app,
      deps,
      {
        method: 'post',
        path: `/v1/hooks/${provider}/{hook}`,
        tag: 'hooks',
        summary,
        scope: null,
        params: z.object({ hook: z.string().max(100).meta({ description: 'hok_…' }) }),
        body: { schema, maxBytes: MAX_HOOK_BYTES, types: ['json'], unread: true },
        answers: {
          202: { description: 'Noted, with what came of it.', schema: receivedSchema },
          200: { description: 'It has come before: what the first led to.', schema: receivedSchema },
        },
      },
      ({ c, params }) => receive(deps, kept, provider, c, params.hook),
    );
  }
}
