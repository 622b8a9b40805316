import { z } from '@hono/zod-openapi';
import { pageAnswer } from '../page-answer.ts';
import { AppError } from '../../core/errors.ts';
import { approveWaiting } from '../../db/hook-approve.ts';
import { getHookDelivery, type HookDeliveryRow, listHookDeliveries } from '../../db/hook-deliveries.ts';
import { MAX_SMALL_BYTES } from '../body.ts';
import type { Caller, Deps } from '../deps.ts';
import { type App, endpoint } from '../endpoint.ts';
import { hookDeliverySchema, hookDeliveryView, hookIdParam } from '../hook-view.ts';
import { queueFull } from '../plan-experiment.ts';
import { experimentOf } from '../plan-hook.ts';
import { noHook } from './hooks.ts';

const DEFAULT_PAGE = 20;
/** A page of 100 deliveries is about 40 kB. */
const MAX_PAGE = 100;

const listQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(MAX_PAGE).default(DEFAULT_PAGE),
  cursor: z
    .string()
    .regex(/^dlv_[0-9a-f]{32}$/, 'the cursor of a `next` link, unchanged')
    .optional(),
});

function listRoute(app: App, deps: Deps): void {
  endpoint(
    app,
    deps,
    {
      method: 'get',
      path: '/v1/hooks/{id}/deliveries',
      tag: 'hooks',
      summary: 'Lists the events that a hook was sent, newest first, and what came of them; kept for 30 days.',
      scope: 'admin',
      params: hookIdParam,
      query: listQuery,
      answers: {
        200: {
          description: 'One page; `Link: rel="next"` and `next` lead to the one after it.',
          schema: z.object({ deliveries: z.array(hookDeliverySchema), next: z.string().nullable() }),
        },
      },
    },
    async ({ c, caller, params, query }) => {
      const { limit, cursor = null } = query;
      const page = await listHookDeliveries(deps.db, caller.project_id, params.id, { limit, before: cursor });
      if (page === null) throw noHook(params.id);
      const deliveries = page.deliveries.map(hookDeliveryView);
      return pageAnswer(c, `/v1/hooks/${params.id}/deliveries`, { deliveries }, page.next);
    },
  );
}

/** The delivery after its commit was approved; at once for one that was before. Throws not-found, not-waiting, invalid-spec, quota-exceeded. */
async function approved(deps: Deps, caller: Caller, hook_id: string, id: string): Promise<HookDeliveryRow> {
  const found = await getHookDelivery(deps.db, caller.project_id, hook_id, id);
  if (found === null) throw new AppError('not-found', `no delivery ${id}`);
  const { hook, delivery, waiting } = found;
  if (delivery.outcome === 'started') return delivery;
  if (waiting === null || waiting.pull_request === null) throw notWaiting(delivery);
  const created = await experimentOf(deps, hook, waiting, { delivery_id: id, key_id: caller.key_id });
  const change = { ...waiting, pull_request: waiting.pull_request };
  const answer = await approveWaiting(deps.db, hook_id, change, created);
  if (answer.kind === 'quota-exceeded') throw queueFull(answer.max_queued);
  const after = (await getHookDelivery(deps.db, caller.project_id, hook_id, id))?.delivery ?? delivery;
  if (answer.kind === 'started') {
    const { needs, runner_labels } = created.job;
    deps.bell.ring({ project_id: caller.project_id, needs, runner_labels });
    deps.outbox?.wake();
  } else if (after.outcome !== 'started') {
    throw notWaiting(after);
  }
  return after;
}

function notWaiting({ outcome, says }: HookDeliveryRow): AppError {
  return new AppError('not-waiting', `the delivery does not wait for approval: ${outcome}, ${says}`);
}

/** What a hook was sent, and letting the commit of a fork run. */
export function hookDeliveryRoutes(app: App, deps: Deps): void {
  listRoute(app, deps);
  endpoint(
    app,
    deps,
    {
      method: 'post',
      path: '/v1/hooks/{id}/deliveries/{delivery}/approve',
      tag: 'hooks',
      summary: 'Lets the commit of a fork be measured; this commit only. Approved again, the same answer.',
      scope: 'admin',
      params: hookIdParam.extend({ delivery: z.string().meta({ description: 'dlv_…' }) }),
      body: { schema: z.strictObject({}), maxBytes: MAX_SMALL_BYTES, types: ['json'], optional: true },
      answers: { 200: { description: 'Its experiment is queued.', schema: hookDeliverySchema } },
    },
    async ({ c, caller, params }) => c.json(hookDeliveryView(await approved(deps, caller, params.id, params.delivery))),
  );
}
