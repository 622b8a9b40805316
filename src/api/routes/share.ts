import { z } from '@hono/zod-openapi';
import { AppError } from '../../core/errors.ts';
import { revokeShare, shareExperiment } from '../../db/experiments-share.ts';
import type { Deps } from '../deps.ts';
import { type App, endpoint } from '../endpoint.ts';
import { experimentIdParam } from '../experiment-view.ts';
import type { ServiceSecrets } from '../service-secrets.ts';
import { makeShareToken } from '../share-token.ts';

const shareSchema = z
  .object({
    url: z.string().meta({ description: 'The page; whoever has the link can read it.' }),
    status_url: z.string(),
    badge_url: z.string().meta({ description: 'A small picture of the state, for a README.' }),
  })
  .meta({ id: 'ShareLink' });

/** A link to the page of one experiment, for people without a key. None exists until it is asked for. */
export function shareRoutes(app: App, deps: Deps, secrets: ServiceSecrets): void {
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
      const secret = await secrets.shareLinks();
      const share_version = await shareExperiment(deps.db, caller.project_id, params.id);
      if (share_version === null) throw new AppError('not-found', `no experiment ${params.id}`);
      const token = await makeShareToken(secret, { id: params.id, share_version });
      const base = deps.config.base_url ?? new URL(c.req.url).origin;
      const url = `${base}/r/${token}`;
      return c.json({ url, status_url: `${url}/status`, badge_url: `${url}/badge.svg` });
    },
  );
  endpoint(
    app,
    deps,
    {
      method: 'delete',
      path: '/v1/experiments/{id}/share',
      tag: 'experiments',
      summary: 'Revokes every link to the experiment that was made so far, at once; POST makes a new one.',
      scope: 'submit',
      params: experimentIdParam,
      answers: { 204: { description: 'No link leads to it.' } },
    },
    async ({ c, caller, params }) => {
      const found = await revokeShare(deps.db, caller.project_id, params.id);
      if (!found) throw new AppError('not-found', `no experiment ${params.id}`);
      return c.body(null, 204);
    },
  );
}
