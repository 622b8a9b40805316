import { z } from '@hono/zod-openapi';
import { AppError } from '../../core/errors.ts';
import { hasEnded } from '../../core/job.ts';
import { type PinAnswer, pinBaseline, unpinBaseline } from '../../db/series-baseline.ts';
import type { SeriesRow } from '../../db/series.ts';
import { MAX_SMALL_BYTES } from '../body.ts';
import type { Deps } from '../deps.ts';
import { type App, endpoint } from '../endpoint.ts';
import type { ResultReader } from '../experiment-results.ts';
import { findExperiment } from '../find-experiment.ts';
import { findSeries } from '../find-series.ts';
import { pinSchema, pinView, seriesNameParam } from '../series-view.ts';

const baselinePath = { path: '/v1/series/{name}/baseline', tag: 'series', params: seriesNameParam } as const;

/** Throws not-found for a series without one. */
function baselineOf(row: SeriesRow): z.output<typeof pinSchema> {
  const pinned = pinView(row);
  if (pinned === null) throw new AppError('not-found', `the series ${row.name} has no baseline`);
  return pinned;
}

/** Throws what a refusal stands for. */
function seriesOf(answer: PinAnswer, experiment_id: string): SeriesRow {
  if (answer.kind === 'pinned') return answer.series;
  if (answer.kind === 'not-found') throw new AppError('not-found', `no experiment ${experiment_id}`);
  if (answer.kind === 'not-ended') {
    const detail = `only an experiment that has ended and was judged can be a baseline; this one is ${answer.status}`;
    throw new AppError('experiment-not-ended', detail);
  }
  const detail =
    answer.kind === 'other-series'
      ? `expected an experiment of this series, got one of ${answer.series ?? 'none'}`
      : `expected an experiment that has succeeded, got one that is ${answer.status}`;
  throw new AppError('invalid-request', `experiment_id: ${detail}`, {
    problems: [{ pointer: '/experiment_id', detail }],
  });
}

function pinRoute(app: App, deps: Deps, results: ResultReader): void {
  endpoint(
    app,
    deps,
    {
      ...baselinePath,
      method: 'put',
      summary: 'Pins an experiment of the series that has succeeded as its baseline; retention leaves it alone.',
      scope: 'submit',
      body: {
        schema: z.strictObject({ experiment_id: z.string().meta({ description: 'exp_…' }) }),
        maxBytes: MAX_SMALL_BYTES,
        types: ['json'],
      },
      answers: { 200: { description: 'The baseline.', schema: pinSchema } },
    },
    async ({ c, caller, params, body }) => {
      const { experiment_id } = body;
      const row = await findExperiment(deps, caller, experiment_id);
      // Its results are what others are compared with.
      if (hasEnded(row.status)) await results.ensure(row);
      const answer = await pinBaseline(deps.db, caller.project_id, { series: params.name, experiment_id });
      return c.json(baselineOf(seriesOf(answer, experiment_id)));
    },
  );
}

/** The pinned baseline of a series: what `base: series` compares with. */
export function seriesBaselineRoutes(app: App, deps: Deps, results: ResultReader): void {
  endpoint(
    app,
    deps,
    {
      ...baselinePath,
      method: 'get',
      summary: 'The experiment that `base: series` compares with.',
      scope: 'read',
      answers: { 200: { description: 'The baseline.', schema: pinSchema } },
    },
    async ({ c, caller, params }) => c.json(baselineOf(await findSeries(deps, caller, params.name))),
  );
  pinRoute(app, deps, results);
  endpoint(
    app,
    deps,
    {
      ...baselinePath,
      method: 'delete',
      summary: 'From now on the series has no baseline; the experiment is kept as any other is.',
      scope: 'submit',
      answers: { 204: { description: 'Nothing is pinned.' } },
    },
    async ({ c, caller, params }) => {
      const { name } = await findSeries(deps, caller, params.name);
      await unpinBaseline(deps.db, caller.project_id, name);
      return c.body(null, 204);
    },
  );
}
