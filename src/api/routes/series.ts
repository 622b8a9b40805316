import { z } from '@hono/zod-openapi';
import { pageAnswer } from '../page-answer.ts';
import { AppError } from '../../core/errors.ts';
import { slug } from '../../core/spec-name.ts';
import { listSeries, setMainBranch } from '../../db/series.ts';
import { MAX_SMALL_BYTES } from '../body.ts';
import type { Deps } from '../deps.ts';
import { fromBase64Url, toBase64Url } from '../digest.ts';
import { type App, endpoint } from '../endpoint.ts';
import { findSeries } from '../find-series.ts';
import { mainBranch, seriesNameParam, seriesSchema, seriesView } from '../series-view.ts';

const DEFAULT_PAGE = 20;
/** A page of 100 series is about 30 kB. */
const MAX_PAGE = 100;

const encodeName = (name: string): string => toBase64Url(new TextEncoder().encode(name));

/** Throws invalid-request for a text that this service did not make. */
function decodeName(text: string): string {
  const name = slug.safeParse(new TextDecoder().decode(fromBase64Url(text) ?? new Uint8Array()));
  if (name.success) return name.data;
  const detail = 'expected the cursor of a `next` link, unchanged';
  throw new AppError('invalid-request', `cursor: ${detail}`, { problems: [{ pointer: '/query/cursor', detail }] });
}

function listRoute(app: App, deps: Deps): void {
  endpoint(
    app,
    deps,
    {
      method: 'get',
      path: '/v1/series',
      tag: 'series',
      summary: 'Lists the series of the project, by name.',
      scope: 'read',
      query: z.strictObject({
        limit: z.coerce.number().int().min(1).max(MAX_PAGE).default(DEFAULT_PAGE),
        cursor: z.string().max(200).optional(),
      }),
      answers: {
        200: {
          description: 'One page; `Link: rel="next"` and `next` lead to the one after it.',
          schema: z.object({ series: z.array(seriesSchema), next: z.string().nullable() }),
        },
      },
    },
    async ({ c, caller, query: { limit, cursor } }) => {
      const after = cursor === undefined ? null : decodeName(cursor);
      const page = await listSeries(deps.db, caller.project_id, { after, limit });
      const series = page.series.map(seriesView);
      return pageAnswer(c, '/v1/series', { series }, page.next === null ? null : encodeName(page.next));
    },
  );
}

/** A series: the experiments of one name over time, and what is set for it. */
export function seriesRoutes(app: App, deps: Deps): void {
  listRoute(app, deps);
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
