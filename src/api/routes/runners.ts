import { z } from '@hono/zod-openapi';
import { AppError } from '../../core/errors.ts';
import { targetOfferSchema } from '../../core/offer.ts';
import { deleteRunner, drainRunner, getRunner, listOffers, listRunners } from '../../db/runners.ts';
import type { Caller, Deps } from '../deps.ts';
import { type App, endpoint } from '../endpoint.ts';
import { offersSince } from '../offer-window.ts';
import { runnerSchema, runnerView } from '../runner-view.ts';

const runnerIdParam = z.object({ id: z.string().meta({ description: 'rnr_…' }) });

function listingRoutes(app: App, deps: Deps): void {
  endpoint(
    app,
    deps,
    {
      method: 'get',
      path: '/v1/targets',
      tag: 'runners',
      summary: 'What can be benchmarked: targets that runners offered in the last 30 days.',
      scope: 'read',
      answers: { 200: { description: 'Offers.', schema: z.object({ targets: z.array(targetOfferSchema) }) } },
    },
    async ({ c, caller }) => {
      const targets = await listOffers(deps.db, caller.project_id, offersSince(deps.now()));
      return c.json({ targets: targets ?? [] });
    },
  );
  endpoint(
    app,
    deps,
    {
      method: 'get',
      path: '/v1/runners',
      tag: 'runners',
      summary: 'Lists the runners that serve the project.',
      scope: 'read',
      answers: { 200: { description: 'Runners.', schema: z.object({ runners: z.array(runnerSchema) }) } },
    },
    async ({ c, caller }) => {
      const rows = await listRunners(deps.db, caller.project_id);
      return c.json({ runners: rows.map((row) => runnerView(row, deps.now())) });
    },
  );
}

/** Runners that serve every project are the operator's. */
function reachOf(caller: Caller): { shared: boolean } {
  return { shared: caller.scopes.includes('operator') };
}

function drainRoute(app: App, deps: Deps): void {
  endpoint(
    app,
    deps,
    {
      method: 'post',
      path: '/v1/runners/{id}/drain',
      tag: 'runners',
      summary: 'Lets a runner finish what it holds and gives it nothing new, until it registers again.',
      scope: 'admin',
      params: runnerIdParam,
      answers: { 200: { description: 'It drains.', schema: runnerSchema } },
    },
    async ({ c, caller, params }) => {
      const drained = await drainRunner(deps.db, caller.project_id, params.id, reachOf(caller));
      const row = drained ? await getRunner(deps.db, caller.project_id, params.id) : null;
      if (row === null) throw new AppError('not-found', `no runner ${params.id}`);
      return c.json(runnerView(row, deps.now()));
    },
  );
}

/** Targets and the runners that offer them. */
export function runnerRoutes(app: App, deps: Deps): void {
  listingRoutes(app, deps);
  drainRoute(app, deps);
  endpoint(
    app,
    deps,
    {
      method: 'get',
      path: '/v1/runners/{id}',
      tag: 'runners',
      summary: 'One runner and its host.',
      scope: 'read',
      params: runnerIdParam,
      answers: { 200: { description: 'The runner.', schema: runnerSchema } },
    },
    async ({ c, caller, params }) => {
      const row = await getRunner(deps.db, caller.project_id, params.id);
      if (row === null) throw new AppError('not-found', `no runner ${params.id}`);
      return c.json(runnerView(row, deps.now()));
    },
  );
  endpoint(
    app,
    deps,
    {
      method: 'delete',
      path: '/v1/runners/{id}',
      tag: 'runners',
      summary: 'Forgets a runner that holds no job. If it still runs, it registers again at its next session.',
      scope: 'admin',
      params: runnerIdParam,
      answers: { 204: { description: 'Forgotten.' } },
    },
    async ({ c, caller, params }) => {
      const answer = await deleteRunner(deps.db, caller.project_id, params.id, reachOf(caller));
      if (answer === 'not-found') throw new AppError('not-found', `no runner ${params.id}`);
      if (answer === 'busy') throw new AppError('runner-busy', 'the runner holds a job: cancel its experiment first');
      return c.body(null, 204);
    },
  );
}
