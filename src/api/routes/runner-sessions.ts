import { makeId } from '../../core/id.ts';
import { PROTOCOL } from '../../core/job.ts';
import { offerKeys } from '../../core/offer.ts';
import { type RunnerSession, sessionRequestSchema, sessionSchema } from '../../core/runner-protocol.ts';
import { AppError } from '../../core/errors.ts';
import { canonicalJson } from '../../core/canonical-json.ts';
import { openSession } from '../../db/sessions.ts';
import { requireScope } from '../auth.ts';
import { MAX_SESSION_BYTES } from '../body.ts';
import type { Deps } from '../deps.ts';
import { sha256Hex } from '../digest.ts';
import { type App, endpoint } from '../endpoint.ts';

/** The oldest runner whose protocol is spoken here: [major, minor]. */
const OLDEST_RUNNER = [0, 1] as const;

function isOutdated(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < OLDEST_RUNNER[0] || (major === OLDEST_RUNNER[0] && minor < OLDEST_RUNNER[1]);
}

/** A runner registers: what it is, what it offers. */
export function runnerSessionRoutes(app: App, deps: Deps): void {
  endpoint(
    app,
    deps,
    {
      method: 'post',
      path: '/runner/v1/sessions',
      tag: 'runner protocol',
      summary:
        'Registers a runner process; a newer session of the same host supersedes the older. `shared: true` serves every project and needs the scope `operator`.',
      scope: 'run',
      body: { schema: sessionRequestSchema, maxBytes: MAX_SESSION_BYTES, types: ['json'] },
      answers: { 200: { description: 'The session, and the intervals to keep.', schema: sessionSchema } },
    },
    async ({ c, caller, body }) => {
      if (isOutdated(body.version)) {
        const detail = `runner ${body.version} is older than ${OLDEST_RUNNER.join('.')}: update it`;
        throw new AppError('runner-outdated', detail);
      }
      if (body.shared === true) requireScope(caller, 'operator');
      const opened = await openSession(deps.db, {
        project_id: body.shared === true ? null : caller.project_id,
        host_id: body.host_id,
        fingerprint: body.fingerprint,
        fingerprint_digest: sha256Hex(canonicalJson(body.fingerprint)),
        version: body.version,
        labels: body.labels,
        targets: body.targets,
        offer_keys: offerKeys(body.targets),
        ids: {
          runner_id: makeId('runner', deps.uuid),
          session_id: makeId('session', deps.uuid),
          lease_id: makeId('lease', deps.uuid),
        },
      });
      const { poll_s, wait_max_s } = PROTOCOL;
      const { heartbeat_s = PROTOCOL.heartbeat_s, lease_s = PROTOCOL.lease_s } = deps.config;
      const session: RunnerSession = { ...opened, poll_s, heartbeat_s, lease_s, wait_max_s };
      // A job that the older session held can be claimed again by this one.
      deps.bell.ring();
      return c.json(session);
    },
  );
}
