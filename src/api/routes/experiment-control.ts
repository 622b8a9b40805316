import { AppError } from '../../core/errors.ts';
import { requestCancel } from '../../db/experiments-cancel.ts';
import { deleteExperiment } from '../../db/experiments.ts';
import type { Deps } from '../deps.ts';
import { type App, endpoint } from '../endpoint.ts';
import { experimentIdParam, experimentSchema, experimentView, isSettled, waitHeaders } from '../experiment-view.ts';
import { findExperiment } from '../find-experiment.ts';

/** Stopping an experiment, and deleting one that has ended. */
export function experimentControlRoutes(app: App, deps: Deps): void {
  endpoint(
    app,
    deps,
    {
      method: 'post',
      path: '/v1/experiments/{id}/cancel',
      tag: 'experiments',
      summary: 'Asks an experiment to stop; what was measured is kept.',
      scope: 'submit',
      params: experimentIdParam,
      answers: {
        200: {
          description: 'It has ended: canceled now because nothing ran yet, or ended before.',
          schema: experimentSchema,
        },
        202: { description: 'Its runner is asked to stop.', schema: experimentSchema },
      },
    },
    async ({ c, caller, params }) => {
      const answer = await requestCancel(deps.db, caller.project_id, params.id);
      if (answer === 'not-found') throw new AppError('not-found', `no experiment ${params.id}`);
      if (answer === 'canceled') deps.outbox?.wake();
      const row = await findExperiment(deps, caller, params.id);
      return c.json(experimentView(row, deps.now()), answer === 'canceling' ? 202 : 200, waitHeaders(isSettled(row)));
    },
  );
  endpoint(
    app,
    deps,
    {
      method: 'delete',
      path: '/v1/experiments/{id}',
      tag: 'experiments',
      summary: 'Deletes an ended experiment with everything that was measured; not the baseline of a series.',
      scope: 'submit',
      params: experimentIdParam,
      answers: { 204: { description: 'Deleted.' } },
    },
    async ({ c, caller, params }) => {
      const answer = await deleteExperiment(deps.db, caller.project_id, params.id);
      if (answer === 'not-found') throw new AppError('not-found', `no experiment ${params.id}`);
      if (answer === 'not-ended') {
        throw new AppError('experiment-not-ended', 'only ended experiments can be deleted: cancel it and wait');
      }
      if (answer === 'pinned') {
        throw new AppError('experiment-pinned', 'it is the baseline of its series: pin another, or none, first');
      }
      return c.body(null, 204);
    },
  );
}
