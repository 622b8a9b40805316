import { z } from '@hono/zod-openapi';
import { AppError } from '../../core/errors.ts';
import { END_REASONS, OUTCOMES } from '../../core/job.ts';
import { finishRequestSchema, heartbeatRequestSchema } from '../../core/runner-protocol.ts';
import { finishJob } from '../../db/job-finish.ts';
import { heartbeat, releaseJob, startJob } from '../../db/job-run.ts';
import { MAX_SMALL_BYTES } from '../body.ts';
import type { Deps } from '../deps.ts';
import { type App, endpoint } from '../endpoint.ts';
import type { ResultReader } from '../experiment-results.ts';
import { isRefusal, leasedJob, leaseHeader, refuseLease, setJobStatus } from '../job-answer.ts';

const jobIdParam = z.object({ id: z.string().meta({ description: 'job_…' }) });
const nothing = { schema: z.strictObject({}), maxBytes: MAX_SMALL_BYTES, types: ['json'], optional: true } as const;
const aliveSchema = z.object({ status: z.enum(['running', 'canceling']) });

function lifeRoutes(app: App, deps: Deps): void {
  endpoint(
    app,
    deps,
    {
      method: 'post',
      path: '/runner/v1/jobs/{id}/start',
      tag: 'runner protocol',
      summary: 'The claimed job begins; to be called within 30 s of the claim.',
      scope: 'run',
      params: jobIdParam,
      headers: leaseHeader,
      body: nothing,
      answers: { 200: { description: 'It runs.', schema: aliveSchema } },
    },
    async ({ c, caller, params }) => {
      const status = await startJob(deps.db, await leasedJob(deps, c, caller, params.id));
      if (isRefusal(status)) return refuseLease(c, status);
      deps.outbox?.wake();
      setJobStatus(c, status);
      return c.json({ status });
    },
  );
  endpoint(
    app,
    deps,
    {
      method: 'post',
      path: '/runner/v1/jobs/{id}/heartbeat',
      tag: 'runner protocol',
      summary: 'Extends the lease and says what the runner is at.',
      scope: 'run',
      params: jobIdParam,
      headers: leaseHeader,
      body: { schema: heartbeatRequestSchema, maxBytes: MAX_SMALL_BYTES, types: ['json'] },
      answers: { 200: { description: 'The lease is extended.', schema: aliveSchema } },
    },
    async ({ c, caller, params, body }) => {
      const lease = await leasedJob(deps, c, caller, params.id);
      const status = await heartbeat(deps.db, { ...lease, progress: body.progress });
      if (isRefusal(status)) return refuseLease(c, status);
      setJobStatus(c, status);
      return c.json({ status });
    },
  );
  endpoint(
    app,
    deps,
    {
      method: 'post',
      path: '/runner/v1/jobs/{id}/release',
      tag: 'runner protocol',
      summary: 'Gives the job back to the queue: the runner is stopping.',
      scope: 'run',
      params: jobIdParam,
      headers: leaseHeader,
      body: nothing,
      answers: {
        200: { description: 'It waits for the next runner.', schema: z.object({ status: z.literal('released') }) },
      },
    },
    async ({ c, caller, params }) => {
      const answer = await releaseJob(deps.db, await leasedJob(deps, c, caller, params.id));
      if (isRefusal(answer)) return refuseLease(c, answer);
      deps.bell.ring();
      deps.outbox?.wake();
      setJobStatus(c, 'lost');
      return c.json({ status: answer });
    },
  );
}

/** The life of a job under its lease: start, heartbeat, finish, release. */
export function runnerJobRoutes(app: App, deps: Deps, results: ResultReader): void {
  lifeRoutes(app, deps);
  endpoint(
    app,
    deps,
    {
      method: 'post',
      path: '/runner/v1/jobs/{id}/finish',
      tag: 'runner protocol',
      summary: 'Ends the job. `succeeded` needs every trial; asked again, the answer is the same.',
      scope: 'run',
      params: jobIdParam,
      headers: leaseHeader,
      body: { schema: finishRequestSchema, maxBytes: MAX_SMALL_BYTES, types: ['json'] },
      answers: {
        200: {
          description: 'The experiment has ended so.',
          schema: z.object({ status: z.enum(OUTCOMES), reason: z.enum(END_REASONS).nullable() }),
        },
      },
    },
    async ({ c, caller, params, body }) => {
      const answer = await finishJob(deps.db, {
        ...(await leasedJob(deps, c, caller, params.id)),
        outcome: body.outcome,
        reason: body.reason,
      });
      if (answer.kind === 'trials-missing') {
        const { missing, job_status } = answer;
        setJobStatus(c, job_status);
        throw new AppError('trials-missing', `${missing.length} trials were never stored`, { extra: { missing } });
      }
      if (answer.kind !== 'finished') return refuseLease(c, answer.kind);
      deps.outbox?.wake();
      await results.settle(answer.project_id, answer.experiment_id);
      setJobStatus(c, 'lost');
      return c.json({ status: answer.status, reason: answer.reason });
    },
  );
}
