import { z } from '@hono/zod-openapi';
import { EXPERIMENT_STATES, hasEnded } from '../../core/job.ts';
import type { ExperimentRow } from '../../db/experiments.ts';
import type { Deps } from '../deps.ts';
import { type App, endpoint } from '../endpoint.ts';
import { matchesEtag, weakEtag } from '../etag.ts';
import { experimentSchema, progressView, waitHeaders } from '../experiment-view.ts';
import type { PageRenderer } from '../render-page.ts';
import type { ServiceSecrets } from '../service-secrets.ts';
import { sharedExperiment, shareTokenParam } from '../shared-experiment.ts';

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

/** What a shared link leads to: the page, and the small status that it polls while the experiment runs. */
export function sharedPageRoutes(app: App, deps: Deps, pages: PageRenderer, secrets: ServiceSecrets): void {
  endpoint(
    app,
    deps,
    {
      method: 'get',
      path: '/r/{token}',
      tag: 'shared links',
      summary: 'The page of a shared experiment; it fills up while the experiment runs.',
      scope: null,
      params: shareTokenParam,
      answers: {
        200: { description: 'The page.', types: ['text/html'] },
        304: { description: 'Unchanged.' },
      },
    },
    async ({ c, params }) => {
      const row = await sharedExperiment(deps, secrets, params.token);
      return pages.answer(c, row, `/r/${params.token}/status`);
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
      params: shareTokenParam,
      answers: { 200: { description: 'The state.', schema: statusSchema }, 304: { description: 'Unchanged.' } },
    },
    async ({ c, params }) => {
      const row = await sharedExperiment(deps, secrets, params.token);
      const headers = {
        ETag: weakEtag('status', row.version),
        'X-Content-Type-Options': 'nosniff',
        ...waitHeaders(hasEnded(row.status)),
      };
      if (matchesEtag(c.req.header('If-None-Match'), headers.ETag)) return c.body(null, 304, headers);
      return c.json(statusView(row, deps.now()), 200, headers);
    },
  );
}
