import { z } from '@hono/zod-openapi';
import { ping } from '../../db/ping.ts';
import type { Deps } from '../deps.ts';
import { type App, endpoint } from '../endpoint.ts';

const stateSchema = z.object({ status: z.literal('ok'), version: z.string() });

/** For load balancers and people: is the process up, can it work. */
export function healthRoutes(app: App, deps: Deps): void {
  const answer = { status: 'ok', version: deps.config.version } as const;
  endpoint(
    app,
    deps,
    {
      method: 'get',
      path: '/healthz',
      tag: 'operations',
      summary: 'The process answers.',
      scope: null,
      answers: { 200: { description: 'It does.', schema: stateSchema } },
    },
    ({ c }) => c.json(answer),
  );
  endpoint(
    app,
    deps,
    {
      method: 'get',
      path: '/readyz',
      tag: 'operations',
      summary: 'The database answers too; else 503 `database-unavailable`.',
      scope: null,
      answers: { 200: { description: 'It does.', schema: stateSchema } },
    },
    async ({ c }) => {
      await ping(deps.db);
      return c.json(answer);
    },
  );
}
