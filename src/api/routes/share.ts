import { z } from '@hono/zod-openapi';
import { AppError } from '../../core/errors.ts';
import { shareExperiment } from '../../db/experiments-share.ts';
import type { Deps } from '../deps.ts';
import { type App, endpoint } from '../endpoint.ts';
import { experimentIdParam } from '../experiment-view.ts';
import { makeShareToken } from '../share-token.ts';

const shareSchema = z
  .object({
    url: z.string().meta({ description: 'The page; whoever has the link can read it.' }),
    status_url: z.string(),
  })
  .meta({ id: 'ShareLink' });

/** A link to the page of one experiment, for people without a key. None exists until it is asked for. */
export function shareRoutes(app: App, deps: Deps): void {
  endpoint(
    app,
    deps,
    {
      method: 'post',
      path: '/v1/experiments/{id}/share',
      tag: 'experiments',
      summary: 'Makes a link to the page of the experiment that needs no key; asked again, the same link.',
      scope: 'submit',
      params: experimentIdParam,
      answers: { 200: { description: 'The link.', schema: shareSchema } },
    },
    async ({ c, caller, params }) => {
      const share_version = await shareExperiment(deps.db, caller.project_id, params.id);
      if (share_version === null) throw new AppError('not-found', `no experiment ${params.id}`);
      const token = await makeShareToken(deps.config.secret_key, { id: params.id, share_version });
      const base = deps.config.base_url ?? new URL(c.req.url).origin;
      const url = `${base.replace(/\/$/, '')}/r/${token}`;
      return c.json({ url, status_url: `${url}/status` });
    },
  );
}
