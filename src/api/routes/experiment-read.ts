import { z } from '@hono/zod-openapi';
import { pageAnswer } from '../page-answer.ts';
import { AppError } from '../../core/errors.ts';
import { EXPERIMENT_STATES } from '../../core/job.ts';
import { slug } from '../../core/spec-name.ts';
import { specInputSchema } from '../../core/spec-schema.ts';
import { listExperiments } from '../../db/experiments-list.ts';
import { type ExperimentRow, getOriginal } from '../../db/experiments.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import type { Deps } from '../deps.ts';
import { type App, endpoint } from '../endpoint.ts';
import { matchesEtag, weakEtag } from '../etag.ts';
import {
  experimentIdParam,
  experimentSchema,
  experimentSummarySchema,
  experimentView,
  isSettled,
  summaryView,
  waitHeaders,
} from '../experiment-view.ts';
import { findExperiment } from '../find-experiment.ts';
import { negotiate } from '../negotiate.ts';
import { MAX_WAIT_S, preferredWait } from '../prefer-wait.ts';

const DEFAULT_PAGE = 20;
/** A page of 100 summaries is about 80 kB. */
const MAX_PAGE = 100;

/** A spec is given back with the type with which it came. */
const YAML_TYPES = ['application/yaml', 'application/x-yaml', 'text/yaml', 'text/x-yaml'];

const LABEL_PREFIX = 'label.';
/** Stands in the documentation for all of them; sent as it is, it is a label like any other. */
const LABEL_KEY = 'label.KEY';

const listQuery = z
  .object({
    status: z.enum(EXPERIMENT_STATES).optional(),
    series: slug.optional(),
    limit: z.coerce.number().int().min(1).max(MAX_PAGE).default(DEFAULT_PAGE),
    cursor: z.string().max(200).optional(),
    [LABEL_KEY]: z
      .string()
      .optional()
      .meta({ description: 'Only experiments with this label; KEY is its key. Several: all of them.' }),
  })
  .catchall(z.string());

function labelsOf(query: Record<string, unknown>): Record<string, string> {
  const known = Object.keys(listQuery.shape).filter((key) => key !== LABEL_KEY);
  const others = Object.entries(query).filter(([key]) => !known.includes(key));
  const unknown = others.filter(([key]) => !key.startsWith(LABEL_PREFIX) || key === LABEL_PREFIX);
  if (unknown.length > 0) {
    const problems = unknown.map(([key]) => ({ pointer: `/query/${key}`, detail: `unknown parameter \`${key}\`` }));
    throw new AppError('invalid-request', problems.map((p) => p.detail).join('; '), { problems });
  }
  return Object.fromEntries(others.map(([key, value]) => [key.slice(LABEL_PREFIX.length), String(value)]));
}

function listRoute(app: App, deps: Deps): void {
  endpoint(
    app,
    deps,
    {
      method: 'get',
      path: '/v1/experiments',
      tag: 'experiments',
      summary: 'Lists experiments, newest first.',
      scope: 'read',
      query: listQuery,
      answers: {
        200: {
          description: 'One page; `Link: rel="next"` and `next` lead to the one after it.',
          schema: z.object({ experiments: z.array(experimentSummarySchema), next: z.string().nullable() }),
        },
      },
    },
    async ({ c, caller, query }) => {
      const { status, series, limit, cursor } = query;
      const page = await listExperiments(deps.db, caller.project_id, {
        limit,
        label: labelsOf(query),
        ...(status === undefined ? {} : { status }),
        ...(series === undefined ? {} : { series }),
        ...(cursor === undefined ? {} : { cursor: decodeCursor(cursor) }),
      });
      const experiments = page.experiments.map(summaryView);
      return pageAnswer(c, '/v1/experiments', { experiments }, page.next === null ? null : encodeCursor(page.next));
    },
  );
}

const waitHeader = z.object({
  Prefer: z
    .string()
    .optional()
    .meta({ description: `\`wait=N\`: with If-None-Match, up to N ≤ ${MAX_WAIT_S} s for a change` }),
});

function oneRoute(app: App, deps: Deps): void {
  endpoint(
    app,
    deps,
    {
      method: 'get',
      path: '/v1/experiments/{id}',
      tag: 'experiments',
      summary:
        'One experiment: its state, progress, verdict and links. Weak ETag; `Retry-After` until it has ended and was judged. `Prefer: wait=N` with `If-None-Match` waits for a change.',
      scope: 'read',
      params: experimentIdParam,
      headers: waitHeader,
      answers: {
        200: { description: 'The experiment.', schema: experimentSchema },
        304: { description: 'Nothing has changed since the ETag in `If-None-Match`.' },
      },
    },
    async ({ c, caller, params }) => {
      const known = c.req.header('If-None-Match');
      const isKnown = (row: ExperimentRow) => matchesEtag(known, weakEtag(row.id, row.version));
      const wait_s = known === undefined ? null : preferredWait(c.req.header('Prefer'));
      let row = await findExperiment(deps, caller, params.id);
      // One that has ended and was judged is not waited for: nothing is expected of it any more.
      if (wait_s !== null && isKnown(row) && !isSettled(row)) {
        const changed = await deps.watch.wait(row.id, row.version, wait_s * 1000, c.req.raw.signal);
        if (changed) row = await findExperiment(deps, caller, params.id);
      }
      const headers = {
        ETag: weakEtag(row.id, row.version),
        ...waitHeaders(isSettled(row)),
        ...(wait_s === null ? {} : { 'Preference-Applied': `wait=${wait_s}` }),
      };
      if (isKnown(row)) return c.body(null, 304, headers);
      return c.json(experimentView(row, deps.now()), 200, headers);
    },
  );
}

function specRoute(app: App, deps: Deps): void {
  endpoint(
    app,
    deps,
    {
      method: 'get',
      path: '/v1/experiments/{id}/spec',
      tag: 'experiments',
      summary:
        'The normalised spec, defaults and seed filled in; `?form=original`: the text as it was sent, with its type.',
      scope: 'read',
      params: experimentIdParam,
      query: z.strictObject({ form: z.enum(['normalised', 'original']).default('normalised') }),
      answers: { 200: { description: 'The spec.', schema: specInputSchema, types: YAML_TYPES } },
    },
    async ({ c, caller, params, query }) => {
      const row = await findExperiment(deps, caller, params.id);
      const accept = c.req.header('Accept');
      if (query.form === 'normalised') {
        negotiate(accept, ['application/json']);
        return c.json(row.spec);
      }
      const original = await getOriginal(deps.db, caller.project_id, params.id);
      if (original === null) throw new AppError('not-found', `no experiment ${params.id}`);
      negotiate(accept, [original.media_type]);
      return c.body(original.text, 200, { 'Content-Type': original.media_type });
    },
  );
}

/** Reading experiments: the list, one, and its spec. */
export function experimentReadRoutes(app: App, deps: Deps): void {
  listRoute(app, deps);
  oneRoute(app, deps);
  specRoute(app, deps);
}
