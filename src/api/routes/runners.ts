import { z } from '@hono/zod-openapi';
import { AppError } from '../../core/errors.ts';
import { hostFingerprintSchema } from '../../core/host.ts';
import { targetOfferSchema } from '../../core/offer.ts';
import { deleteRunner, getRunner, listOffers, listRunners, type RunnerRow } from '../../db/runners.ts';
import type { Deps } from '../deps.ts';
import { type App, endpoint } from '../endpoint.ts';
import { offersSince } from '../offer-window.ts';

/** A runner that said nothing for longer is shown as offline: it polls at least every 25 s and beats every 15 s. */
const ONLINE_S = 60;

const runnerSchema = z
  .object({
    id: z.string(),
    shared: z.boolean(),
    online: z.boolean(),
    busy: z.boolean(),
    experiment_id: z.string().nullable(),
    version: z.string(),
    labels: z.record(z.string(), z.string()),
    host: hostFingerprintSchema,
    host_digest: z.string(),
    targets: z.array(z.string()),
    created_at: z.string(),
    last_seen_at: z.string(),
  })
  .meta({ id: 'Runner' });

function runnerView(row: RunnerRow, now: Date): z.output<typeof runnerSchema> {
  return {
    id: row.id,
    shared: row.project_id === null,
    online: now.getTime() - row.last_seen_at.getTime() < ONLINE_S * 1000,
    busy: row.busy,
    experiment_id: row.experiment_id,
    version: row.version,
    labels: row.labels,
    host: row.fingerprint,
    host_digest: row.fingerprint_digest,
    targets: row.targets.filter((offer) => offer.unavailable === null).map((offer) => offer.target),
    created_at: row.created_at.toISOString(),
    last_seen_at: row.last_seen_at.toISOString(),
  };
}

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

/** Targets and the runners that offer them. */
export function runnerRoutes(app: App, deps: Deps): void {
  listingRoutes(app, deps);
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
      const answer = await deleteRunner(deps.db, caller.project_id, params.id);
      if (answer === 'not-found') throw new AppError('not-found', `no runner ${params.id}`);
      if (answer === 'busy') throw new AppError('runner-busy', 'the runner holds a job: cancel its experiment first');
      return c.body(null, 204);
    },
  );
}
