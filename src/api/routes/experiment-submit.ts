import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { AppError } from '../../core/errors.ts';
import { makeId } from '../../core/id.ts';
import { expandMatrix } from '../../core/matrix.ts';
import { neededKeys } from '../../core/offer.ts';
import { type Block, makeSchedule, matrixSize } from '../../core/schedule.ts';
import { parseSpec, type SpecWarning } from '../../core/spec-parse.ts';
import { specInputSchema } from '../../core/spec-schema.ts';
import type { Spec } from '../../core/spec.ts';
import { submitExperiment } from '../../db/experiments-submit.ts';
import type { NewExperiment } from '../../db/experiments.ts';
import { findAnswer, type IdempotentRequest, type KeptAnswer } from '../../db/idempotency.ts';
import { listOffers } from '../../db/runners.ts';
import { MAX_SPEC_BYTES, type ReadBody } from '../body.ts';
import type { AppEnv, Caller, Deps } from '../deps.ts';
import { sha256Hex } from '../digest.ts';
import { type App, endpoint } from '../endpoint.ts';
import { linksOf, linksSchema, RETRY_AFTER_S } from '../experiment-view.ts';
import { idempotencyHeader, idempotencyKey, keptResponse, repeatedAnswer } from '../idempotency-key.ts';
import { offersSince } from '../offer-window.ts';
import { problemCount, problemLine } from '../problem.ts';

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

interface Planned {
  readonly spec: Spec;
  readonly schedule: Block[];
  readonly warnings: readonly SpecWarning[];
}

/** A seed below 2^32 is short enough to be typed again. */
function chooseSeed(deps: Deps): number {
  return deps.randomBytes(4).reduce((seed, byte) => seed * 256 + byte, 0);
}

async function plan(deps: Deps, project_id: string, input: unknown): Promise<Planned> {
  const offers = await listOffers(deps.db, project_id, offersSince(deps.now()));
  const parsed = parseSpec(input, { offers });
  if (!parsed.ok) {
    const { problems } = parsed;
    const detail = `the spec has ${problemCount(problems)}: ${problemLine(problems)}`;
    throw new AppError('invalid-spec', detail, { problems });
  }
  const spec: Spec = { ...parsed.spec, seed: parsed.spec.seed ?? chooseSeed(deps) };
  return { spec, schedule: makeSchedule(expandMatrix(spec), spec.repetitions, spec.seed), warnings: parsed.warnings };
}

const specBody = { schema: specInputSchema, maxBytes: MAX_SPEC_BYTES, types: ['json', 'yaml'], raw: true } as const;

function newExperiment(deps: Deps, caller: Caller, read: ReadBody, { spec, schedule }: Planned): NewExperiment {
  const { cells, trials } = matrixSize(spec);
  return {
    experiment: {
      id: makeId('experiment', deps.uuid),
      project_id: caller.project_id,
      name: spec.name,
      labels: spec.labels,
      spec,
      original: { text: read.text, media_type: read.media_type },
      schedule,
      cells_count: cells,
      trials_planned: trials,
    },
    job: {
      id: makeId('job', deps.uuid),
      needs: neededKeys(spec.deployments),
      runner_labels: spec.requires.runner_labels,
      timeout_s: spec.timeout_minutes * 60,
      queue_timeout_s: spec.queue_timeout_minutes * 60,
    },
    queued: { key_id: caller.key_id },
  };
}

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
      const planned = await plan(deps, caller.project_id, read.value);
      const created = newExperiment(deps, caller, read, planned);
      const answer = acceptedAnswer(created.experiment.id, planned);
      const outcome = await submitExperiment(deps.db, created, request === null ? null : { request, answer });
      if (outcome.kind === 'quota-exceeded') {
        const detail = `the project may have ${outcome.max_queued} queued experiments, and has as many`;
        throw new AppError('quota-exceeded', detail, { extra: { max_queued: outcome.max_queued } });
      }
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
      const { spec, schedule, warnings } = await plan(deps, caller.project_id, read.value);
      return c.json({ spec, cells: expandMatrix(spec), schedule, warnings, matrix: matrixSize(spec) });
    },
  );
  // Another method would else be one of the experiment `validate`.
  app.all('/v1/experiments/validate', (c) => {
    c.set('route', '/v1/experiments/validate');
    throw new AppError('method-not-allowed', `${c.req.method} is not POST`, { extra: { allow: ['POST'] } });
  });
}
