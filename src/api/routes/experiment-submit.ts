import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { AppError } from '../../core/errors.ts';
import { expandMatrix } from '../../core/matrix.ts';
import { matrixSize } from '../../core/schedule.ts';
import { specInputSchema } from '../../core/spec-schema.ts';
import { submitExperiment } from '../../db/experiments-submit.ts';
import { findAnswer, type IdempotentRequest, type KeptAnswer } from '../../db/idempotency.ts';
import { MAX_SPEC_BYTES, type ReadBody } from '../body.ts';
import type { AppEnv, Caller, Deps } from '../deps.ts';
import { sha256Hex } from '../digest.ts';
import { type App, endpoint } from '../endpoint.ts';
import { linksOf, linksSchema, RETRY_AFTER_S } from '../experiment-view.ts';
import { idempotencyHeader, idempotencyKey, keptResponse, repeatedAnswer } from '../idempotency-key.ts';
import { newExperiment, type Planned, planExperiment, queueFull } from '../plan-experiment.ts';

const matrixSchema = z.object({ cells: z.int(), trials: z.int(), estimated_s: z.int() });
const warningsSchema = z.array(z.object({ code: z.string(), detail: z.string() }));
const scheduleSchema = z.array(z.object({ block: z.int(), cells: z.array(z.string()) }));

const acceptedSchema = z
  .object({
    id: z.string(),
    status: z.literal('queued'),
    links: linksSchema,
    warnings: warningsSchema,
    matrix: matrixSchema,
  })
  .meta({ id: 'ExperimentAccepted' });
const validatedSchema = z
  .object({
    spec: specInputSchema,
    cells: z.array(z.record(z.string(), z.unknown())),
    schedule: scheduleSchema,
    warnings: warningsSchema,
    matrix: matrixSchema,
  })
  .meta({ id: 'SpecValidated' });

const specBody = { schema: specInputSchema, maxBytes: MAX_SPEC_BYTES, types: ['json', 'yaml'], raw: true } as const;

/** What the submission is answered, as text: it is kept and given again byte for byte. */
function acceptedAnswer(id: string, { spec, warnings }: Planned): KeptAnswer {
  const links = linksOf(id);
  const accepted: z.output<typeof acceptedSchema> = {
    id,
    status: 'queued',
    links,
    warnings: [...warnings],
    matrix: matrixSize(spec),
  };
  return {
    status: 202,
    headers: { 'Content-Type': 'application/json', Location: links.self, 'Retry-After': String(RETRY_AFTER_S) },
    body: JSON.stringify(accepted),
  };
}

/** What the key of the request stands for; null when it has none. */
async function idempotentRequest(
  c: Context<AppEnv>,
  caller: Caller,
  read: ReadBody,
): Promise<IdempotentRequest | null> {
  const key = idempotencyKey(c.req.header('Idempotency-Key'));
  if (key === null) return null;
  const operation = `${c.req.method} ${c.req.path}`;
  return { project_id: caller.project_id, operation, key, body_digest: sha256Hex(read.bytes) };
}

function submitRoute(app: App, deps: Deps): void {
  endpoint(
    app,
    deps,
    {
      method: 'post',
      path: '/v1/experiments',
      tag: 'experiments',
      summary:
        'Submits an experiment: a spec in JSON or YAML, at most 256 KiB. With `Idempotency-Key` the same request again gets the first answer.',
      scope: 'submit',
      headers: idempotencyHeader,
      body: specBody,
      answers: { 202: { description: 'Stored and queued.', schema: acceptedSchema } },
    },
    async ({ c, caller, read }) => {
      const request = await idempotentRequest(c, caller, read);
      // Before the spec is judged: what was taken once is answered so again, also when its target is no longer offered.
      const earlier = request === null ? null : await findAnswer(deps.db, request);
      if (earlier !== null) return repeatedAnswer(earlier);
      const planned = await planExperiment(deps, caller.project_id, read.value);
      const created = newExperiment(deps, planned, {
        project_id: caller.project_id,
        original: { text: read.text, media_type: read.media_type },
        queued: { key_id: caller.key_id },
      });
      const answer = acceptedAnswer(created.experiment.id, planned);
      const outcome = await submitExperiment(deps.db, created, request === null ? null : { request, answer });
      if (outcome.kind === 'quota-exceeded') throw queueFull(outcome.max_queued);
      if (outcome.kind !== 'created') return repeatedAnswer(outcome);
      const { needs, runner_labels } = created.job;
      deps.bell.ring({ project_id: caller.project_id, needs, runner_labels });
      deps.outbox?.wake();
      return keptResponse(answer);
    },
  );
}

/** Taking in an experiment, and trying whether it would be taken. */
export function experimentSubmitRoutes(app: App, deps: Deps): void {
  submitRoute(app, deps);
  endpoint(
    app,
    deps,
    {
      method: 'post',
      path: '/v1/experiments/validate',
      tag: 'experiments',
      summary: 'Checks a spec and shows its cells, schedule and estimate; stores nothing.',
      scope: 'read',
      body: specBody,
      answers: { 200: { description: 'The spec is valid.', schema: validatedSchema } },
    },
    async ({ c, caller, read }) => {
      const { spec, schedule, warnings } = await planExperiment(deps, caller.project_id, read.value);
      return c.json({ spec, cells: expandMatrix(spec), schedule, warnings, matrix: matrixSize(spec) });
    },
  );
  // Another method would else be one of the experiment `validate`.
  app.all('/v1/experiments/validate', (c) => {
    c.set('route', '/v1/experiments/validate');
    throw new AppError('method-not-allowed', `${c.req.method} is not POST`, { extra: { allow: ['POST'] } });
  });
}
