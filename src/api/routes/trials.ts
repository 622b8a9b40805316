import { z } from '@hono/zod-openapi';
import { AppError } from '../../core/errors.ts';
import { trialResultSchema } from '../../core/trial-result.ts';
import { getTrial } from '../../db/trials.ts';
import type { Deps } from '../deps.ts';
import { type App, endpoint } from '../endpoint.ts';
import { storedTrial } from '../experiment-facts.ts';

const trialSchema = z
  .object({
    id: z.string(),
    experiment_id: z.string(),
    generation: z.int(),
    superseded: z.boolean(),
    position: z.int(),
    sha256: z.string(),
    stored_at: z.string(),
    result: trialResultSchema,
  })
  .meta({ id: 'Trial' });

/** All that is kept of one trial. */
export function trialRoutes(app: App, deps: Deps): void {
  endpoint(
    app,
    deps,
    {
      method: 'get',
      path: '/v1/experiments/{id}/trials/{trial}',
      tag: 'results',
      summary: 'One trial: command, versions, counts, histograms, seconds, host, failure.',
      scope: 'read',
      params: z.object({
        id: z.string(),
        trial: z.string().meta({ description: 'trl_…, from `trials` of the results' }),
      }),
      answers: { 200: { description: 'The trial.', schema: trialSchema } },
    },
    async ({ c, caller, params }) => {
      const row = await getTrial(deps.db, caller.project_id, params.id, params.trial);
      if (row === null) throw new AppError('not-found', `no trial ${params.trial} in ${params.id}`);
      const { id, experiment_id, generation, superseded, position, digest, stored_at } = row;
      return c.json({
        id,
        experiment_id,
        generation,
        superseded,
        position,
        sha256: digest,
        stored_at: stored_at.toISOString(),
        result: storedTrial(row).result,
      });
    },
  );
}
