import { setTimeout as delay } from 'node:timers/promises';
import type { ExperimentState } from '../core/job.ts';
import { hasEnded } from '../core/job.ts';
import { CommandError, EXIT, type ExitCode } from './exit-codes.ts';
import { ServiceAway, type ServiceClient } from './service-client.ts';

/** What `GET /v1/experiments/{id}` answers, as far as the commands read it. */
export interface ExperimentDocument {
  readonly id: string;
  readonly name: string;
  readonly status: ExperimentState;
  readonly reason: string | null;
  readonly trials_done: number;
  readonly trials_planned: number;
  /** What the runner is at; null unless it runs. */
  readonly progress: {
    readonly cell: string | null;
    readonly phase: string | null;
    readonly eta_s: number | null;
  } | null;
}

/** The address of one experiment in the API; refuses what cannot be an id before anything is sent. */
export function experimentPath(id: string, rest = ''): string {
  if (!/^exp_[0-9a-z-]+$/i.test(id))
    throw new CommandError(EXIT.badInput, `an experiment's id begins with exp_, got ${JSON.stringify(id)}`);
  return `/v1/experiments/${id}${rest}`;
}

export function getExperiment(client: ServiceClient, id: string, signal?: AbortSignal): Promise<ExperimentDocument> {
  return client.getJson<ExperimentDocument>(experimentPath(id), signal);
}

export function exitCodeOf(status: ExperimentState): ExitCode {
  return status === 'failed' || status === 'canceled' ? EXIT.experimentFailed : EXIT.ok;
}

/** Asked so often where the service does not wait for a change itself. */
const POLL_MS = 1000;
/** What the service is asked to wait for a change, at most; an answer comes as soon as there is one. */
const WAIT_S = 25;
/** A service that restarts, or a network that hiccups, is back within this; the experiment goes on meanwhile. */
const AWAY_LIMIT_MS = 30_000;

/** Follows it until the experiment has ended or the signal aborts; each news goes to `onPoll`. Bears a short absence of the service. */
export async function waitForEnd(
  client: ServiceClient,
  id: string,
  signal: AbortSignal,
  onPoll: (document: ExperimentDocument) => void,
): Promise<ExperimentDocument> {
  let heard = performance.now();
  let etag: string | null = null;
  for (;;) {
    const seen = await poll(client, id, etag, signal);
    if (signal.aborted)
      throw new CommandError(EXIT.interrupted, `interrupted; the experiment goes on: benchwright wait ${id}`);
    if (seen instanceof ServiceAway) {
      if (performance.now() - heard > AWAY_LIMIT_MS) throw seen;
    } else {
      heard = performance.now();
      etag = seen.etag;
      if (seen.document !== null) onPoll(seen.document);
      if (seen.document !== null && hasEnded(seen.document.status)) return seen.document;
      if (seen.waited) continue;
    }
    await delay(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
}

interface Polled {
  /** Null: nothing has changed since the ETag. */
  readonly document: ExperimentDocument | null;
  readonly etag: string | null;
  /** The service waited for it: it may be asked again at once. */
  readonly waited: boolean;
}

/** What the service says, once there is something new since `etag`; or that it is away. Other refusals are thrown. */
async function poll(
  client: ServiceClient,
  id: string,
  etag: string | null,
  signal: AbortSignal,
): Promise<Polled | ServiceAway> {
  const headers: Record<string, string> = etag === null ? {} : { 'If-None-Match': etag, Prefer: `wait=${WAIT_S}` };
  try {
    const answer = await client.exchange({ method: 'GET', path: experimentPath(id), headers, signal });
    const newer = answer.headers['etag'];
    return {
      document: answer.status === 304 ? null : (JSON.parse(answer.text) as ExperimentDocument),
      etag: typeof newer === 'string' ? newer : null,
      waited: answer.headers['preference-applied'] !== undefined,
    };
  } catch (error) {
    if (error instanceof ServiceAway) return error;
    throw error;
  }
}
