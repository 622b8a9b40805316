import { randomUUID } from 'node:crypto';
import type { ClaimedJob, RunnerSession, SessionRequest } from '../core/runner-protocol.ts';
import { Backoff } from './backoff.ts';
import type { RunnerClient } from './client.ts';
import type { Log } from './event.ts';
import { reactionTo } from './reaction.ts';
import { RunnerError } from './runner-error.ts';
import { ServiceProblem } from './service-problem.ts';

export interface Polling {
  readonly client: RunnerClient;
  readonly url: string;
  readonly signal: AbortSignal;
  readonly log: Log;
}

export interface OpenSession extends RunnerSession {
  /** An earlier request for it got no answer: the service may yet come to it, and would take this session for the older one. */
  readonly may_be_echoed: boolean;
}

/**
 * Opens a session, and tries again for as long as the service does not answer: for ever, or for `patienceS`; after that it throws
 * service-unreachable. A RunnerError also where what answers knows no sessions, or does not take this runner's.
 */
export async function openSession(
  polling: Polling,
  request: SessionRequest,
  patienceS: number | null,
): Promise<OpenSession> {
  let requests = 0;
  const send = () => {
    requests += 1;
    return polling.client.openSession(request, polling.signal);
  };
  try {
    const session = await untilAnswered(polling, send, patienceS);
    return { ...session, may_be_echoed: requests > 1 };
  } catch (error) {
    throw error instanceof ServiceProblem ? (refused(polling.url, error) ?? error) : error;
  }
}

/** Null: others know better what that means. */
function refused(url: string, cause: ServiceProblem): RunnerError | null {
  switch (reactionTo(cause)) {
    case 'reopen': {
      const says = `What answers at ${url} has no place for runners (${cause.message}): is the path of --url or BENCHWRIGHT_URL right?`;
      return new RunnerError('no-service-there', says, { cause });
    }
    case 'bug': {
      const says = `The service at ${url} does not understand what this runner says (${cause.message}): are both of the same version?`;
      return new RunnerError('not-understood', says, { cause });
    }
    default:
      return null;
  }
}

/** Asks for a job until there is one. `reopen`: the service wants a new session first. `onIdle`: there was none for this runner. */
export async function untilClaimed(
  polling: Polling,
  session: OpenSession,
  onIdle: () => Promise<void>,
): Promise<ClaimedJob | 'reopen'> {
  const { client, signal, log } = polling;
  const idle = new Backoff();
  // The same until a job comes: a claim whose answer was lost is repeated, not doubled.
  const claim_key = randomUUID();
  for (;;) {
    try {
      const { session_id, runner_id, wait_max_s: wait_s } = session;
      const body = { session_id, runner_id, claim_key, wait_s };
      const { job, retry_after_s } = await untilAnswered(polling, () => client.claim(body, signal), null);
      if (job !== null) return job;
      await onIdle();
      idle.reset();
      await idle.wait(signal, retry_after_s ?? session.poll_s);
    } catch (error) {
      if (!(error instanceof ServiceProblem)) throw error;
      const reaction = reactionTo(error);
      if (reaction === 'reopen') return 'reopen';
      if (error.code === 'session-superseded' && session.may_be_echoed) {
        log.warn({ problem: error.message }, 'an earlier request for this session came late; it is opened once more');
        return 'reopen';
      }
      if (reaction !== 'busy') throw refused(polling.url, error) ?? error;
      // A job of this runner lives under another claim: a new session takes it over.
      log.warn({ problem: error.message }, 'another job of this runner is alive');
      await idle.wait(signal, error.retry_after_s);
      return 'reopen';
    }
  }
}

/** Tries again, with growing pauses, what failed for the moment. */
async function untilAnswered<T>(polling: Polling, send: () => Promise<T>, patienceS: number | null): Promise<T> {
  const { signal, url, log } = polling;
  const backoff = new Backoff();
  const until = patienceS === null ? Infinity : performance.now() + patienceS * 1000;
  for (;;) {
    try {
      return await send();
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof ServiceProblem) || reactionTo(error) !== 'retry') throw error;
      if (performance.now() >= until) throw unreachable(url, patienceS, error);
      log.warn({ url, problem: error.message }, 'the service did not answer; will try again');
      await backoff.wait(signal, error.retry_after_s);
    }
  }
}

function unreachable(url: string, patienceS: number | null, cause: ServiceProblem): RunnerError {
  const message = `No service answered at ${url} within ${patienceS} s (${cause.message}): is it running, and is --url or BENCHWRIGHT_URL right?`;
  return new RunnerError('service-unreachable', message, { cause });
}
