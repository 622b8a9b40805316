import { randomUUID } from 'node:crypto';
import { arch, platform } from 'node:os';
import type { ClaimedJob, RunnerSession } from '../core/runner-protocol.ts';
import { Backoff } from './backoff.ts';
import { readCatalogue } from './catalogue.ts';
import { createClient, type RunnerClient } from './client.ts';
import { splitCores } from './cores.ts';
import { openDataDir } from './data-dir.ts';
import type { Log, OnEvent } from './event.ts';
import { startGuardian } from './guardian/guardian.ts';
import { hostFingerprint } from './host-fingerprint.ts';
import { hostId } from './host-id.ts';
import { sweepLeftovers } from './leftovers.ts';
import type { LockFolder } from './lock-folder.ts';
import { reactionTo } from './reaction.ts';
import { runJob } from './run-job.ts';
import { RunnerError } from './runner-error.ts';
import { ServiceProblem } from './service-problem.ts';
import { readTopology } from './topology.ts';

export interface RunnerOptions {
  /** Of the service, without the path. */
  readonly url: string;
  readonly key: string;
  readonly version: string;
  readonly targetsDirs: readonly string[];
  readonly dataDir: string;
  readonly lock: LockFolder;
  /** Override the split of the host's cores. */
  readonly serverCpus?: readonly number[] | undefined;
  readonly generatorCpus?: readonly number[] | undefined;
  /** What each server's processes may use together; left out: a share of what the host has left. */
  readonly serverMemoryMb?: number | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** End after one job. */
  readonly once?: boolean | undefined;
  /** Ends the runner: what it started is stopped, its job released, within 15 s. */
  readonly signal: AbortSignal;
  readonly log: Log;
  readonly onEvent?: OnEvent | undefined;
}

/**
 * Runs until the signal, or with `once` until one job has ended. Throws a RunnerError for ends that are expected: folder in
 * use, targets that cannot be read, a key that is refused, a runner too old, one that was superseded.
 */
export async function runRunner(options: RunnerOptions): Promise<void> {
  const catalogue = readCatalogue(options.targetsDirs);
  const dataDir = openDataDir(options.dataDir, options.lock);
  const client = createClient(options);
  try {
    const onEvent = options.onEvent ?? (() => undefined);
    const cores = splitCores(readTopology(), { server: options.serverCpus, generator: options.generatorCpus });
    const labels = { arch: arch(), os: platform(), ...options.labels };
    const fingerprint = await hostFingerprint(catalogue);
    const { version, signal, log } = options;
    const host_id = hostId(dataDir.path);
    await sweepLeftovers(host_id, dataDir, log);
    await using guardian = startGuardian({ owner: host_id, cpus: cores.runner, about: dataDir.path, log });
    const request = { host_id, fingerprint, version, labels, targets: [...catalogue.offers] };
    const open = async (): Promise<RunnerSession> => {
      const session = await untilAnswered(options, () => client.openSession(request, signal));
      log.info({ runner_id: session.runner_id }, 'session opened');
      onEvent({ type: 'session-opened', runner_id: session.runner_id });
      return session;
    };
    const limits = { memory_mb: options.serverMemoryMb };
    const host = { client, catalogue, cores, dataDir, hostId: host_id, guardian, limits, signal, onEvent, log };
    let session = await open();
    while (!signal.aborted) {
      const claimed = await untilClaimed(options, client, session);
      if (claimed === 'reopen') session = await open();
      else {
        const ending = await runJob(claimed, { ...host, session });
        log.info({ job_id: claimed.job_id, ending }, 'job ended');
        if (options.once === true) return;
      }
    }
  } catch (error) {
    // The signal is how a runner is meant to end.
    if (!options.signal.aborted) throw refusal(error);
  } finally {
    await client.close();
    dataDir.release();
  }
}

/** Asks for a job until there is one. `reopen`: the service does not know this session (any more). */
async function untilClaimed(
  options: RunnerOptions,
  client: RunnerClient,
  session: RunnerSession,
): Promise<ClaimedJob | 'reopen'> {
  const { signal } = options;
  const idle = new Backoff();
  // The same until a job comes: a claim whose answer was lost is repeated, not doubled.
  const claim_key = randomUUID();
  for (;;) {
    try {
      const body = { session_id: session.session_id, claim_key, wait_s: session.wait_max_s };
      const { job, retry_after_s } = await untilAnswered(options, () => client.claim(body, signal));
      if (job !== null) return job;
      idle.reset();
      await idle.wait(signal, retry_after_s ?? session.poll_s);
    } catch (error) {
      if (!(error instanceof ServiceProblem)) throw error;
      const reaction = reactionTo(error);
      if (reaction === 'reopen') return 'reopen';
      if (reaction !== 'busy') throw error;
      // A job of this runner lives under another claim: a new session takes it over.
      options.log.warn({ problem: error.message }, 'another job of this runner is alive');
      await idle.wait(signal, error.retry_after_s);
      return 'reopen';
    }
  }
}

/** Tries again, with growing pauses, what failed for the moment. */
async function untilAnswered<T>(options: RunnerOptions, send: () => Promise<T>): Promise<T> {
  const backoff = new Backoff();
  for (;;) {
    try {
      return await send();
    } catch (error) {
      options.signal.throwIfAborted();
      if (!(error instanceof ServiceProblem) || reactionTo(error) !== 'retry') throw error;
      options.log.warn({ url: options.url, problem: error.message }, 'the service did not answer; will try again');
      await backoff.wait(options.signal, error.retry_after_s);
    }
  }
}

function refusal(error: unknown): unknown {
  if (!(error instanceof ServiceProblem)) return error;
  const cause = { cause: error };
  if (error.code === 'session-superseded')
    return new RunnerError(
      'superseded',
      'Another runner with this data folder’s host id took over: this one ends.',
      cause,
    );
  if (error.code === 'runner-outdated' || error.status === 426)
    return new RunnerError('outdated', `The service wants a newer runner: ${error.message}`, cause);
  if (reactionTo(error) === 'stop')
    return new RunnerError(
      'key-refused',
      `The service refuses the key (${error.message}): give one of the type runner.`,
      cause,
    );
  return error;
}
