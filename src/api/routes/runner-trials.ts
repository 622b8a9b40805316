import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { parseBounded } from '../../core/bounded-parse.ts';
import { AppError } from '../../core/errors.ts';
import { makeId } from '../../core/id.ts';
import { MAX_REPETITIONS } from '../../core/limits.ts';
import { DIGEST_HEADER, MAX_TRIAL_BYTES } from '../../core/runner-protocol.ts';
import { pointerOf } from '../../core/spec-problems.ts';
import { TRIAL_SUMMARY_VERSION, trialSummary } from '../../core/summary/trial-summary.ts';
import { type TrialResult, trialResultSchema } from '../../core/trial-result.ts';
import { type NewTrial, putTrial } from '../../db/job-trial.ts';
import type { ReadBody } from '../body.ts';
import type { AppEnv, Deps } from '../deps.ts';
import { matchesReprDigest, sha256Hex } from '../digest.ts';
import { type App, endpoint } from '../endpoint.ts';
import { problemLine } from '../problem.ts';
import { isRefusal, leasedJob, leaseHeader, refuseLease, setJobStatus } from '../job-answer.ts';

const trialParams = z.object({
  id: z.string().meta({ description: 'job_…' }),
  cell: z.string().max(120),
  block: z.coerce.number().int().min(1).max(MAX_REPETITIONS),
  run: z.coerce.number().int().min(1).max(2).meta({ description: '1; 2: the rerun of an invalid trial' }),
});

/** The body as a trial result, and of the trial that the path names: as it was sent, for it is stored so. */
function parseTrial(read: ReadBody, key: { cell: string; block: number; run: number }): TrialResult {
  const parsed = parseBounded(trialResultSchema, read.value, [], Object.keys(trialResultSchema.shape));
  const problems = parsed.ok
    ? (['cell', 'block', 'run'] as const)
        .filter((name) => parsed.data[name] !== key[name])
        .map((name) => ({
          pointer: pointerOf([name]),
          detail: `expected ${key[name]} as in the path, got ${parsed.data[name]}`,
        }))
    : parsed.problems;
  if (parsed.ok && problems.length === 0) return read.value as TrialResult;
  throw new AppError('invalid-request', problemLine(problems), { problems });
}

/** Before anything else: a body that was damaged on its way is sent again, not judged. */
async function verifyDigest(c: Context<AppEnv>, bytes: Uint8Array): Promise<void> {
  const matches = matchesReprDigest(c.req.header(DIGEST_HEADER), bytes);
  if (matches === true) return;
  const why = matches === null ? 'has no sha-256 that can be read' : 'differs from that of the body';
  throw new AppError('digest-mismatch', `${DIGEST_HEADER} ${why}`);
}

async function store(deps: Deps, trial: Omit<NewTrial, 'trial_id'>) {
  return putTrial(deps.db, { ...trial, trial_id: makeId('trial', deps.uuid) });
}

/** A runner hands in one trial: write-once, byte for byte. */
export function runnerTrialRoutes(app: App, deps: Deps): void {
  endpoint(
    app,
    deps,
    {
      method: 'put',
      path: '/runner/v1/jobs/{id}/trials/{cell}/{block}/{run}',
      tag: 'runner protocol',
      summary:
        'Stores the result of one trial, at most 8 MiB, byte for byte. The same bytes again are welcome; others are refused.',
      scope: 'run',
      params: trialParams,
      headers: leaseHeader.extend({ [DIGEST_HEADER]: z.string().meta({ description: 'sha-256=:base64: (RFC 9530)' }) }),
      body: { schema: trialResultSchema, maxBytes: MAX_TRIAL_BYTES, types: ['json'], raw: true, verify: verifyDigest },
      answers: {
        201: { description: 'Stored.', schema: z.object({ trial_id: z.string() }) },
        200: { description: 'It was stored before, with the same digest.', schema: z.object({ trial_id: z.string() }) },
      },
    },
    async ({ c, caller, params, read }) => {
      const { id, cell, block, run } = params;
      const lease = await leasedJob(deps, c, caller, id);
      const result = parseTrial(read, { cell, block, run });
      const digest = sha256Hex(read.bytes);
      const stored = await store(deps, {
        ...lease,
        cell,
        block,
        run,
        digest,
        body: read.text,
        state: result.state,
        summary: JSON.stringify(trialSummary(result)),
        summary_version: TRIAL_SUMMARY_VERSION,
      });
      if (isRefusal(stored.kind)) return refuseLease(c, stored.kind);
      setJobStatus(c, stored.status);
      if (stored.kind === 'conflict') {
        throw new AppError('result-conflict', 'another result is stored for this trial; it stays');
      }
      if (stored.kind === 'unknown-cell') {
        const detail = `the schedule has no cell ${cell} in block ${block}`;
        throw new AppError('invalid-request', detail, { problems: [{ pointer: '/cell', detail }] });
      }
      return c.json({ trial_id: stored.trial_id }, stored.kind === 'stored' ? 201 : 200);
    },
  );
}
