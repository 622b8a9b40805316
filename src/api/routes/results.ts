import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { AppError } from '../../core/errors.ts';
import { GATE_VERDICTS, thresholdResultSchema } from '../../core/gate/verdict.ts';
import { hasEnded } from '../../core/job.ts';
import { baselineSchema, comparisonSchema, resultsSchema } from '../../core/results.ts';
import { RESULTS_VERSION } from '../../core/summary/summarise.ts';
import type { ExperimentRow } from '../../db/experiments.ts';
import type { AppEnv, Deps } from '../deps.ts';
import { deriveOf } from '../derive.ts';
import { type App, endpoint } from '../endpoint.ts';
import { matchesEtag, weakEtag } from '../etag.ts';
import type { ResultReader } from '../experiment-results.ts';
import { experimentIdParam, waitHeaders } from '../experiment-view.ts';
import { findExperiment } from '../find-experiment.ts';
import { negotiate } from '../negotiate.ts';
import type { PageRenderer } from '../render-page.ts';
import { rowsBody, type RowsBody, type View, VIEWS } from '../result-views.ts';
import { streamedBody } from '../streamed-body.ts';

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

function etagOf({ row, view, type }: Wanted): string {
  return weakEtag(row.version, RESULTS_VERSION, view, type);
}

/** The document as it is stored; the rows of a view as they are read. */
async function answer(c: Context<AppEnv>, deps: Deps, results: ResultReader, wanted: Wanted): Promise<Response> {
  const { row, view, type } = wanted;
  const headers: Record<string, string> = { ETag: etagOf(wanted), ...waitHeaders(hasEnded(row.status)) };
  if (matchesEtag(c.req.header('If-None-Match'), headers['ETag'] ?? '')) return c.body(null, 304, headers);
  const source = { db: deps.db, derive: deriveOf(deps), results };
  if (type === CSV_TYPE) {
    return sendRows(c, deps, await rowsBody(row, { view, type: 'csv' }, source), {
      ...headers,
      'Content-Type': 'text/csv; charset=utf-8; header=present',
      'Content-Disposition': `attachment; filename="${row.id}.${view}.csv"`,
    });
  }
  if (view !== 'cells') {
    const body = await rowsBody(row, { view, type: 'json' }, source);
    return sendRows(c, deps, body, { ...headers, 'Content-Type': JSON_TYPE });
  }
  const { text } = await results.read(row);
  return c.body(text, 200, { ...headers, 'Content-Type': JSON_TYPE });
}

async function sendRows(
  c: Context<AppEnv>,
  deps: Deps,
  { pieces, rows }: RowsBody,
  known: Record<string, string>,
): Promise<Response> {
  const headers = { ...known, ...(rows === null ? {} : { 'X-Row-Count': String(rows) }) };
  if (c.req.method === 'HEAD') return c.body(null, 200, headers);
  const about = { path: c.req.path, request_id: c.get('request_id') };
  const body = await streamedBody(pieces, (error) =>
    deps.log.error({ err: error, ...about }, 'an answer was broken off'),
  );
  return c.body(body, 200, headers);
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

/** What an experiment found: results in four views and two formats, comparisons with verdicts, the page. */
export function resultRoutes(app: App, deps: Deps, reader: ResultReader, pages: PageRenderer): void {
  viewRoutes(app, deps, reader);
  endpoint(
    app,
    deps,
    {
      method: 'get',
      path: '/v1/experiments/{id}/comparisons',
      tag: 'results',
      summary:
        'Deployments compared pair by pair at equal workers and load, thresholds with their verdict, and the answer in words.',
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
            thresholds: z.array(thresholdResultSchema),
            verdict: z.enum(GATE_VERDICTS),
            baseline: baselineSchema.nullable(),
            answer: z.array(z.string()),
          }),
        },
      },
    },
    async ({ c, caller, params, query }) => {
      const row = await findExperiment(deps, caller, params.id);
      requireEnded(row, query.partial);
      const { text } = await reader.read(row);
      const { pieces } = await deriveOf(deps).part(text, 'comparisons.json');
      return c.body(pieces.join(''), 200, { 'Content-Type': JSON_TYPE, ...waitHeaders(hasEnded(row.status)) });
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
      answers: { 200: { description: 'The page.', types: ['text/html'] }, 304: { description: 'Unchanged.' } },
    },
    async ({ c, caller, params }) => pages.answer(c, await findExperiment(deps, caller, params.id), null),
  );
}
