import { z } from '@hono/zod-openapi';
import { resultsComparisonSchema } from '../../core/compare/compare-results.ts';
import { AppError } from '../../core/errors.ts';
import { hasEnded } from '../../core/job.ts';
import { RESULTS_VERSION } from '../../core/summary/summarise.ts';
import type { ExperimentRow } from '../../db/experiments.ts';
import type { Deps } from '../deps.ts';
import { deriveOf } from '../derive.ts';
import { type App, endpoint } from '../endpoint.ts';
import { matchesEtag, weakEtag } from '../etag.ts';
import type { ResultReader } from '../experiment-results.ts';
import { findExperiment } from '../find-experiment.ts';

const twoIds = z.object({
  a: z.string().meta({ description: 'exp_…, what is compared with' }),
  b: z.string().meta({ description: 'exp_…, above 1 where it is better' }),
});

/** Throws experiment-not-ended. */
function requireEnded({ id, status }: ExperimentRow): void {
  if (!hasEnded(status))
    throw new AppError('experiment-not-ended', `the experiment ${id} is ${status}; come again later`);
}

/** Two experiments beside each other. */
export function compareRoutes(app: App, deps: Deps, results: ResultReader): void {
  endpoint(
    app,
    deps,
    {
      method: 'get',
      path: '/v1/experiments/{a}/compare/{b}',
      tag: 'results',
      summary:
        'Two ended experiments cell by cell: ratios of b to a with intervals; `not_comparable` says why there are none. Weak ETag.',
      scope: 'read',
      params: twoIds,
      answers: {
        200: { description: 'The comparison.', schema: resultsComparisonSchema },
        304: { description: 'Unchanged.' },
      },
    },
    async ({ c, caller, params }) => {
      const [a, b] = [await findExperiment(deps, caller, params.a), await findExperiment(deps, caller, params.b)];
      for (const row of [a, b]) requireEnded(row);
      const headers = { ETag: weakEtag(a.id, a.version, b.id, b.version, RESULTS_VERSION) };
      if (matchesEtag(c.req.header('If-None-Match'), headers.ETag)) return c.body(null, 304, headers);
      const [ofA, ofB] = [await results.read(a), await results.read(b)];
      const text = await deriveOf(deps).comparison(ofA.text, ofB.text);
      return c.body(text, 200, { ...headers, 'Content-Type': 'application/json' });
    },
  );
}
