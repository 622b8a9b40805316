import { z } from '@hono/zod-openapi';
import { pageAnswer } from '../page-answer.ts';
import { METRICS } from '../../core/metric.ts';
import { type HistoryOf, listHistory, listWithoutResults } from '../../db/series-history.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import type { Deps } from '../deps.ts';
import { type App, endpoint } from '../endpoint.ts';
import type { ResultReader } from '../experiment-results.ts';
import { findSeries } from '../find-series.ts';
import { historySchema, historyView } from '../history-view.ts';
import { seriesNameParam } from '../series-view.ts';

const DEFAULT_POINTS = 50;
/** What a chart of a screen's width tells apart; changes are looked for among them. */
const MAX_POINTS = 200;
/** Results that were never made are made for who asks, each in seconds at most; what is left, for the next. */
const MAX_MADE = 4;

const historyQuery = z.strictObject({
  metric: z.enum(METRICS).default('throughput_rps'),
  cell: z.string().max(200).optional().meta({ description: 'Only this cell; default: all of them.' }),
  limit: z.coerce.number().int().min(1).max(MAX_POINTS).default(DEFAULT_POINTS),
  cursor: z.string().max(200).optional(),
});

/** The service may have ended between the end of an experiment and its results. */
async function makeMissing(deps: Deps, results: ResultReader, of: HistoryOf): Promise<void> {
  for (const { project_id, id } of await listWithoutResults(deps.db, of, MAX_MADE)) {
    await results.settle(project_id, id);
  }
}

/** How a series went on its main branch. */
export function seriesHistoryRoutes(app: App, deps: Deps, results: ResultReader): void {
  endpoint(
    app,
    deps,
    {
      method: 'get',
      path: '/v1/series/{name}/history',
      tag: 'series',
      summary:
        'The experiments of the main branch that have succeeded, newest first: one metric of each cell with its interval, and where it changed its level.',
      scope: 'read',
      params: seriesNameParam,
      query: historyQuery,
      answers: {
        200: {
          description: 'One page; `Link: rel="next"` and `next` lead to the one after it.',
          schema: historySchema,
        },
      },
    },
    async ({ c, caller, params, query }) => {
      const { metric, cell = null, limit } = query;
      const cursor = query.cursor === undefined ? null : decodeCursor(query.cursor);
      const { name, main_branch } = await findSeries(deps, caller, params.name);
      const of = { project_id: caller.project_id, series: name, main_branch };
      if (cursor === null) await makeMissing(deps, results, of);
      const { rows, next } = await listHistory(deps.db, of, { metric, cell, limit, cursor });
      const page = { series: name, main_branch, metric, ...historyView(rows) };
      return pageAnswer(c, `/v1/series/${name}/history`, page, next === null ? null : encodeCursor(next));
    },
  );
}
