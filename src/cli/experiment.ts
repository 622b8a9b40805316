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

const POLL_MS = 1000;
/** A service that restarts, or a network that hiccups, is back within this; the experiment goes on meanwhile. */
const AWAY_LIMIT_MS = 30_000;

/** Polls until the experiment has ended or the signal aborts; each answer goes to `onPoll`. Bears a short absence of the service. */
export async function waitForEnd(
  client: ServiceClient,
  id: string,
  signal: AbortSignal,
  onPoll: (document: ExperimentDocument) => void,
): Promise<ExperimentDocument> {
  let heard = performance.now();
  for (;;) {
    const seen = await poll(client, id, signal);
    if (signal.aborted)
      throw new CommandError(EXIT.interrupted, `interrupted; the experiment goes on: benchwright wait ${id}`);
    if (!(seen instanceof ServiceAway)) {
      heard = performance.now();
      onPoll(seen);
      if (hasEnded(seen.status)) return seen;
    } else if (performance.now() - heard > AWAY_LIMIT_MS) throw seen;
    await delay(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** What the service says now, or that it is away; other refusals are thrown. */
async function poll(client: ServiceClient, id: string, signal: AbortSignal): Promise<ExperimentDocument | ServiceAway> {
  try {
    return await getExperiment(client, id, signal);
  } catch (error) {
    if (error instanceof ServiceAway) return error;
    throw error;
  }
}
