import { setTimeout as delay } from 'node:timers/promises';
import type { ExperimentState } from '../core/job.ts';
import { hasEnded } from '../core/job.ts';
import { CommandError, EXIT, type ExitCode } from './exit-codes.ts';
import type { ServiceClient } from './service-client.ts';

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

export function getExperiment(client: ServiceClient, id: string): Promise<ExperimentDocument> {
  return client.getJson<ExperimentDocument>(experimentPath(id));
}

export function exitCodeOf(status: ExperimentState): ExitCode {
  return status === 'failed' || status === 'canceled' ? EXIT.experimentFailed : EXIT.ok;
}

const POLL_MS = 1000;

/** Polls until the experiment has ended or the signal aborts; each answer goes to `onPoll`. */
export async function waitForEnd(
  client: ServiceClient,
  id: string,
  signal: AbortSignal,
  onPoll: (document: ExperimentDocument) => void,
): Promise<ExperimentDocument> {
  for (;;) {
    const document = await getExperiment(client, id);
    onPoll(document);
    if (hasEnded(document.status)) return document;
    await delay(POLL_MS, undefined, { signal }).catch(() => undefined);
    if (signal.aborted)
      throw new CommandError(EXIT.interrupted, `interrupted; the experiment goes on: benchwright wait ${id}`);
  }
}
