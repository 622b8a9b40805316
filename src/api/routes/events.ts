import { z } from '@hono/zod-openapi';
import { AppError } from '../../core/errors.ts';
import { listEvents } from '../../db/events.ts';
import { EVENT_TYPES } from '../../db/schema/events.ts';
import type { Deps } from '../deps.ts';
import { type App, endpoint } from '../endpoint.ts';
import { experimentIdParam } from '../experiment-view.ts';

/** An event is about 200 bytes; `after` leads on. */
const MAX_EVENTS = 1000;
/** The database's `integer`. */
const MAX_SEQ = 2 ** 31 - 1;

const eventSchema = z
  .object({
    seq: z.int(),
    type: z.enum(EVENT_TYPES),
    at: z.string(),
    data: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'Event' });

/** An experiment's life as a list. */
export function eventRoutes(app: App, deps: Deps): void {
  endpoint(
    app,
    deps,
    {
      method: 'get',
      path: '/v1/experiments/{id}/events',
      tag: 'experiments',
      summary: 'What happened to an experiment, oldest first; `after`: only what came after that `seq`.',
      scope: 'read',
      params: experimentIdParam,
      query: z.strictObject({
        after: z.coerce.number().int().min(0).max(MAX_SEQ).default(0),
        limit: z.coerce.number().int().min(1).max(MAX_EVENTS).default(MAX_EVENTS),
      }),
      answers: { 200: { description: 'Events.', schema: z.object({ events: z.array(eventSchema) }) } },
    },
    async ({ c, caller, params, query }) => {
      const events = await listEvents(deps.db, caller.project_id, params.id, query);
      if (events === null) throw new AppError('not-found', `no experiment ${params.id}`);
      return c.json({ events: events.map(({ seq, type, at, data }) => ({ seq, type, at: at.toISOString(), data })) });
    },
  );
}
