import type { z } from '@hono/zod-openapi';
import { AppError } from '../../core/errors.ts';
import { makeId } from '../../core/id.ts';
import { PROTOCOL } from '../../core/job.ts';
import { type JobDemand, type RunnerReach, reaches } from '../../core/offer.ts';
import { claimedJobSchema, claimRequestSchema } from '../../core/runner-protocol.ts';
import { type ClaimAnswer, claimJob } from '../../db/job-claim.ts';
import { isSuperseded, reachOf } from '../../db/sessions.ts';
import { MAX_SMALL_BYTES } from '../body.ts';
import type { Caller, Deps } from '../deps.ts';
import { type App, endpoint } from '../endpoint.ts';
import { setJobStatus } from '../job-answer.ts';

/** Within a wait, the queue is looked at anew this often (ms): a job may come from another process of the service. */
const RECHECK_MS = 2_000;

type ClaimRequest = z.output<typeof claimRequestSchema>;

/** Claims a job; when there is none, waits for the bell until `wait_s` is over, the runner hangs up, or the service stops. */
async function claimWithin(deps: Deps, caller: Caller, claim: ClaimRequest, hungUp: AbortSignal): Promise<ClaimAnswer> {
  const answered = new AbortController();
  try {
    return await claimUntil(deps, caller, claim, AbortSignal.any([hungUp, answered.signal]));
  } finally {
    // The last wait, which a job that was there at once made needless, would hold timer and listener for as long as it was to last.
    answered.abort();
  }
}

async function claimUntil(deps: Deps, caller: Caller, claim: ClaimRequest, signal: AbortSignal): Promise<ClaimAnswer> {
  let project_id: string | null = caller.project_id;
  const until = performance.now() + Math.min(claim.wait_s, PROTOCOL.wait_max_s) * 1000;
  let reach: RunnerReach | null = null;
  const concern = (job: JobDemand) => reach === null || reaches(reach, job);
  for (;;) {
    // Before the look, so that a ring during it is not lost.
    const left = until - performance.now();
    const rung = deps.bell.wait(Math.max(0, Math.min(left, RECHECK_MS)), signal, concern);
    const { session_id, claim_key } = claim;
    const lease_id = makeId('lease', deps.uuid);
    const answer = await claimJob(
      deps.db,
      { project_id, session_id, claim_key, lease_id },
      { ask: deps.askClaim, signal },
    );
    if (answer.kind === 'superseded' && project_id !== null && caller.scopes.includes('operator')) {
      // No session of the project: one that an operator's key opened for every project.
      project_id = null;
      continue;
    }
    if (answer.kind !== 'none' || left <= 0) return answer;
    reach ??= await reachOf(deps.db, project_id, claim.session_id);
    await rung;
    if (signal.aborted || deps.bell.closed) return answer;
  }
}

/**
 * Why a session has no claims. A runner that is told to stop stays stopped, so it is told so only when another has taken its place;
 * one whose session is not known, because it was deleted or a backup restored, opens another. Without a `runner_id` nobody can tell.
 */
async function refuseSession(
  deps: Deps,
  { project_id, scopes }: Caller,
  { runner_id, session_id }: ClaimRequest,
): Promise<never> {
  const shared = scopes.includes('operator');
  if (runner_id === undefined || (await isSuperseded(deps.db, { project_id, shared, runner_id, session_id }))) {
    const detail = 'a newer session of this runner exists';
    const unsure = runner_id === undefined ? ', or this one is not known: a claim with its runner_id learns which' : '';
    throw new AppError('session-superseded', detail + unsure);
  }
  throw new AppError('not-found', 'this session is not known: open a new one');
}

/** A runner asks for work. */
export function runnerClaimRoutes(app: App, deps: Deps): void {
  endpoint(
    app,
    deps,
    {
      method: 'post',
      path: '/runner/v1/claims',
      tag: 'runner protocol',
      summary:
        'Claims a job that fits the runner; waits up to `wait_s` for one. The same `claim_key` gives the same job.',
      scope: 'run',
      body: { schema: claimRequestSchema, maxBytes: MAX_SMALL_BYTES, types: ['json'] },
      answers: {
        200: { description: 'A job, under a lease.', schema: claimedJobSchema },
        204: { description: 'Nothing to do; `Retry-After` says when to ask again.' },
      },
    },
    async ({ c, caller, body }) => {
      const answer = await claimWithin(deps, caller, body, c.req.raw.signal);
      if (answer.kind === 'job') {
        setJobStatus(c, answer.status);
        return c.json(answer.job);
      }
      if (answer.kind === 'none') return c.body(null, 204, { 'Retry-After': String(PROTOCOL.poll_s) });
      if (answer.kind === 'superseded') return refuseSession(deps, caller, body);
      throw new AppError('runner-busy', `this runner holds the job ${answer.job_id}`, {
        extra: { job_id: answer.job_id },
      });
    },
  );
}
