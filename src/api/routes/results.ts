import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { AppError } from '../../core/errors.ts';
import { hasEnded } from '../../core/job.ts';
import { comparisonSchema, resultsSchema } from '../../core/results.ts';
import type { ExperimentRow } from '../../db/experiments.ts';
import { listTrials } from '../../db/trials.ts';
import type { AppEnv, Deps } from '../deps.ts';
import { type App, endpoint } from '../endpoint.ts';
import { matchesEtag, weakEtag } from '../etag.ts';
import { storedTrial } from '../experiment-facts.ts';
import type { ResultReader } from '../experiment-results.ts';
import { experimentIdParam, waitHeaders } from '../experiment-view.ts';
import { findExperiment } from '../find-experiment.ts';
import { negotiate } from '../negotiate.ts';
import type { PageRenderer } from '../render-page.ts';
import { csvView, jsonView, type View, VIEWS } from '../result-views.ts';

const JSON_TYPE = 'application/json';
const CSV_TYPE = 'text/csv';
type ResultType = typeof JSON_TYPE | typeof CSV_TYPE;

const partialParam = z
  .enum(['true', 'false'])
  .default('false')
  .meta({ description: 'true: before the end too, from the trials so far' });
const resultQuery = z.strictObject({ view: z.enum(VIEWS).default('cells'), partial: partialParam });

const rowsSchema = z
  .object({
    experiment_id: z.string(),
    view: z.enum(VIEWS),
    partial: z.boolean(),
    rows: z.array(z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))),
  })
  .meta({ id: 'ResultRows', description: 'The rows of the views trials, requests and seconds; keys as in the CSV.' });

/** Throws experiment-not-ended, unless what there is so far was asked for. */
function requireEnded(row: ExperimentRow, partial: 'true' | 'false'): void {
  if (partial === 'true' || hasEnded(row.status)) return;
  throw new AppError(
    'experiment-not-ended',
    `the experiment is ${row.status}; ask for ?partial=true or come again later`,
  );
}

interface Wanted {
  readonly row: ExperimentRow;
  readonly view: View;
  readonly type: ResultType;
}

async function answer(c: Context<AppEnv>, deps: Deps, reader: ResultReader, { row, view, type }: Wanted) {
  const headers: Record<string, string> = { ETag: weakEtag(row.version, view, type), ...waitHeaders(row) };
  if (matchesEtag(c.req.header('If-None-Match'), headers['ETag'] ?? '')) return c.body(null, 304, headers);
  const source = {
    results: await reader.read(row),
    trials: async () => (await listTrials(deps.db, row.id)).map(storedTrial),
  };
  if (type === JSON_TYPE) return c.json(await jsonView(view, source), 200, headers);
  const { text, rows } = await csvView(view, source);
  return c.body(text, 200, {
    ...headers,
    'Content-Type': 'text/csv; charset=utf-8; header=present',
    'Content-Disposition': `attachment; filename="${row.id}.${view}.csv"`,
    ...(hasEnded(row.status) ? { 'X-Row-Count': String(rows) } : {}),
  });
}

function viewRoutes(app: App, deps: Deps, reader: ResultReader): void {
  const forms = [
    { suffix: '', type: null, summary: 'Results as JSON or CSV, by `Accept`.' },
    { suffix: '.json', type: JSON_TYPE, summary: 'Results as JSON.' },
    { suffix: '.csv', type: CSV_TYPE, summary: 'Results as CSV (RFC 4180).' },
  ] as const;
  for (const { suffix, type, summary } of forms) {
    endpoint(
      app,
      deps,
      {
        method: 'get',
        path: `/v1/experiments/{id}/results${suffix}`,
        tag: 'results',
        summary: `${summary} \`view\`: cells (default; in JSON the whole document), trials, requests, seconds.`,
        scope: 'read',
        params: experimentIdParam,
        query: resultQuery,
        answers: {
          200: {
            description: 'Results.',
            ...(type === CSV_TYPE ? {} : { schema: z.union([resultsSchema, rowsSchema]) }),
            ...(type === JSON_TYPE ? {} : { types: [CSV_TYPE] }),
          },
          304: { description: 'Unchanged.' },
        },
      },
      async ({ c, caller, params, query }) => {
        const chosen = type ?? negotiate<ResultType>(c.req.header('Accept'), [JSON_TYPE, CSV_TYPE]);
        const row = await findExperiment(deps, caller, params.id);
        requireEnded(row, query.partial);
        return answer(c, deps, reader, { row, view: query.view, type: chosen });
      },
    );
  }
}

/** What an experiment found: results in four views and two formats, comparisons, the page. */
export function resultRoutes(app: App, deps: Deps, reader: ResultReader, pages: PageRenderer): void {
  viewRoutes(app, deps, reader);
  endpoint(
    app,
    deps,
    {
      method: 'get',
      path: '/v1/experiments/{id}/comparisons',
      tag: 'results',
      summary: 'Deployments compared pair by pair at equal workers and load, and the answer in words.',
      scope: 'read',
      params: experimentIdParam,
      query: z.strictObject({ partial: partialParam }),
      answers: {
        200: {
          description: 'Comparisons.',
          schema: z.object({
            experiment_id: z.string(),
            partial: z.boolean(),
            comparisons: z.array(comparisonSchema),
            answer: z.array(z.string()),
          }),
        },
      },
    },
    async ({ c, caller, params, query }) => {
      const row = await findExperiment(deps, caller, params.id);
      requireEnded(row, query.partial);
      const { comparisons, answer: words, partial } = await reader.read(row);
      return c.json({ experiment_id: row.id, partial, comparisons, answer: words }, 200, waitHeaders(row));
    },
  );
  endpoint(
    app,
    deps,
    {
      method: 'get',
      path: '/v1/experiments/{id}/report',
      tag: 'results',
      summary: 'The report as one self-contained HTML page; before the end, with what there is so far.',
      scope: 'read',
      params: experimentIdParam,
      answers: { 200: { description: 'The page.', types: ['text/html'] } },
    },
    async ({ caller, params }) => pages.render(await findExperiment(deps, caller, params.id), null),
  );
}
