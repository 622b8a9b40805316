import { z } from '@hono/zod-openapi';
import { AppError } from '../../core/errors.ts';
import { EXPERIMENT_STATES, hasEnded } from '../../core/job.ts';
import { getShared } from '../../db/experiments-share.ts';
import type { ExperimentRow } from '../../db/experiments.ts';
import type { Deps } from '../deps.ts';
import { type App, endpoint } from '../endpoint.ts';
import { matchesEtag, weakEtag } from '../etag.ts';
import { experimentSchema, progressView, waitHeaders } from '../experiment-view.ts';
import type { PageRenderer } from '../render-page.ts';
import { readShareToken } from '../share-token.ts';

const tokenParam = z.object({ token: z.string().max(100) });

const statusSchema = z
  .object({
    version: z.int(),
    status: z.enum(EXPERIMENT_STATES),
    ended: z.boolean(),
    trials_done: z.int(),
    trials_planned: z.int(),
    progress: experimentSchema.shape.progress,
    changed: z.string().meta({ description: 'Another value than before: the page has new figures to show.' }),
  })
  .meta({ id: 'SharedStatus' });

function statusView(row: ExperimentRow, now: Date): z.output<typeof statusSchema> {
  return {
    version: row.version,
    status: row.status,
    ended: hasEnded(row.status),
    trials_done: row.trials_done,
    trials_planned: row.trials_planned,
    progress: progressView(row, now),
    changed: `${row.status}.${row.trials_done}`,
  };
}

/** The experiment of a link. Throws not-found for what was never signed and for what is no longer shared alike. */
async function sharedExperiment(deps: Deps, token: string): Promise<ExperimentRow> {
  const shared = await readShareToken(deps.config.secret_key, token);
  const row = shared === null ? null : await getShared(deps.db, shared.id, shared.share_version);
  if (row === null) throw new AppError('not-found', 'this link leads nowhere (any more)');
  return row;
}

/** What a shared link leads to: the page, and the small status that it polls while the experiment runs. */
export function sharedPageRoutes(app: App, deps: Deps, pages: PageRenderer): void {
  endpoint(
    app,
    deps,
    {
      method: 'get',
      path: '/r/{token}',
      tag: 'shared links',
      summary: 'The page of a shared experiment; it fills up while the experiment runs.',
      scope: null,
      params: tokenParam,
      answers: {
        200: { description: 'The page.', types: ['text/html'] },
        304: { description: 'Unchanged.' },
      },
    },
    async ({ c, params }) => {
      const row = await sharedExperiment(deps, params.token);
      const etag = weakEtag('page', row.version);
      if (matchesEtag(c.req.header('If-None-Match'), etag)) return c.body(null, 304, { ETag: etag });
      const page = await pages.render(row, `/r/${params.token}/status`);
      page.headers.set('ETag', etag);
      return page;
    },
  );
  endpoint(
    app,
    deps,
    {
      method: 'get',
      path: '/r/{token}/status',
      tag: 'shared links',
      summary: 'What the page polls: state and progress. Weak ETag.',
      scope: null,
      params: tokenParam,
      answers: { 200: { description: 'The state.', schema: statusSchema }, 304: { description: 'Unchanged.' } },
    },
    async ({ c, params }) => {
      const row = await sharedExperiment(deps, params.token);
      const headers = { ETag: weakEtag('status', row.version), ...waitHeaders(row) };
      if (matchesEtag(c.req.header('If-None-Match'), headers.ETag)) return c.body(null, 304, headers);
      return c.json(statusView(row, deps.now()), 200, headers);
    },
  );
}
