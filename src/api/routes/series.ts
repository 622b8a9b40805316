import { z } from '@hono/zod-openapi';
import { setMainBranch } from '../../db/series.ts';
import { MAX_SMALL_BYTES } from '../body.ts';
import type { Deps } from '../deps.ts';
import { type App, endpoint } from '../endpoint.ts';
import { findSeries } from '../find-series.ts';
import { mainBranch, seriesNameParam, seriesSchema, seriesView } from '../series-view.ts';

/** A series: the experiments of one name over time, and what is set for it. */
export function seriesRoutes(app: App, deps: Deps): void {
  endpoint(
    app,
    deps,
    {
      method: 'get',
      path: '/v1/series/{name}',
      tag: 'series',
      summary: 'One series: its main branch and its baseline.',
      scope: 'read',
      params: seriesNameParam,
      answers: { 200: { description: 'The series.', schema: seriesSchema } },
    },
    async ({ c, caller, params }) => c.json(seriesView(await findSeries(deps, caller, params.name))),
  );
  endpoint(
    app,
    deps,
    {
      method: 'put',
      path: '/v1/series/{name}',
      tag: 'series',
      summary: 'Sets the main branch of a series, also of one that has no experiment yet; default: main.',
      scope: 'submit',
      params: seriesNameParam,
      body: { schema: z.strictObject({ main_branch: mainBranch }), maxBytes: MAX_SMALL_BYTES, types: ['json'] },
      answers: { 200: { description: 'The series.', schema: seriesSchema } },
    },
    async ({ c, caller, params, body }) => {
      const row = await setMainBranch(deps.db, caller.project_id, { name: params.name, ...body });
      return c.json(seriesView(row));
    },
  );
}
