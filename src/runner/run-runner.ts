import { chmodSync } from 'node:fs';
import { arch, platform } from 'node:os';
import { Backoff } from './backoff.ts';
import { readCatalogue } from './catalogue.ts';
import { createClient } from './client.ts';
import { splitCores } from './cores.ts';
import { diskTrouble, openDataDir } from './data-dir.ts';
import { fileSystemCode, isDiskTrouble } from './disk-trouble.ts';
import type { Log, OnEvent } from './event.ts';
import { startGuardian } from './guardian/guardian.ts';
import { hostFingerprint } from './host-fingerprint.ts';
import { hostId } from './host-id.ts';
import { sweepLeftovers } from './leftovers.ts';
import type { LockFolder } from './lock-folder.ts';
import { reactionTo } from './reaction.ts';
import type { BuildLimits } from './provision/build-limits.ts';
import { findRunAs } from './run-as.ts';
import { forgetOtherJobs, runJob } from './run-job.ts';
import { RunnerError } from './runner-error.ts';
import { ServiceProblem } from './service-problem.ts';
import { type OpenSession, openSession, untilClaimed } from './session.ts';
import { readTopology } from './topology.ts';
import { noteUser, sweepUser } from './user-leftovers.ts';

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
  /** The unprivileged user who builds and serves code from git; left out: the runner's own, and code of forks is refused. */
  readonly runAs?: string | undefined;
  /** What the build of a commit may use; what is left out has a default. */
  readonly buildLimits?: Partial<BuildLimits> | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** End after one job. A service that never answered is then given up after `patienceS`, and not waited for for ever. */
  readonly once?: boolean | undefined;
  readonly patienceS?: number | undefined;
  /** Serve every project, with an operator's key. */
  readonly shared?: boolean | undefined;
  /** Ends the runner: what it started is stopped, its job released, within 15 s. */
  readonly signal: AbortSignal;
  readonly log: Log;
  readonly onEvent?: OnEvent | undefined;
}

/** Longer than a service takes to start beside it; a script that named a wrong address should not hang for ever. */
const ONCE_PATIENCE_S = 30;

/** A service that takes sessions and knows none of them would else be asked as often as it can answer. */
const REOPEN_PAUSE_S = 1;

/**
 * Runs until the signal, or with `once` until one job has ended. Throws a RunnerError for ends that are expected: folder in
 * use, a user who cannot be become, a disk that takes nothing, targets that cannot be read, a key that is refused, a runner too old,
 * one that was superseded, a service that never was there or is another.
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
    const runAs = options.runAs === undefined ? null : findRunAs(options.runAs, dataDir.provision.path);
    // Whatever the umask: its trials have their homes there.
    if (runAs !== null) chmodSync(dataDir.trials, 0o711);
    const provision = { ...dataDir.provision, runAs, buildLimits: options.buildLimits };
    await sweepLeftovers(host_id, dataDir, log);
    await sweepUser(dataDir.path, log);
    using _ = runAs === null ? null : noteUser(dataDir.path, runAs);
    await using guardian = startGuardian({ owner: host_id, cpus: cores.runner, about: dataDir.path, log });
    const offered = { host_id, fingerprint, version, labels, targets: [...catalogue.offers] };
    const request = options.shared === true ? { ...offered, shared: true } : offered;
    const polling = { client, url: options.url, signal, log };
    const open = async (patienceS: number | null): Promise<OpenSession> => {
      const session = await openSession(polling, request, patienceS);
      log.info({ runner_id: session.runner_id }, 'session opened');
      onEvent({ type: 'session-opened', runner_id: session.runner_id });
      return session;
    };
    const limits = { memory_mb: options.serverMemoryMb };
    const own = { ...dataDir, provision };
    const host = { client, catalogue, cores, dataDir: own, hostId: host_id, guardian, limits, signal, onEvent, log };
    let session = await open(options.once === true ? (options.patienceS ?? ONCE_PATIENCE_S) : null);
    const reopening = new Backoff();
    while (!signal.aborted) {
      const claimed = await untilClaimed(polling, session, async () => {
        reopening.reset();
        await forgetOtherJobs(host, null);
      });
      if (claimed === 'reopen') {
        await reopening.wait(signal, REOPEN_PAUSE_S);
        session = await open(null);
      } else {
        reopening.reset();
        const ending = await runJob(claimed, { ...host, session });
        log.info({ job_id: claimed.job_id, ending }, 'job ended');
        if (options.once === true) return;
      }
    }
  } catch (error) {
    // The signal is how a runner is meant to end.
    if (!options.signal.aborted) throw expected(error, dataDir.path);
  } finally {
    await client.close();
    dataDir.release();
  }
}

/** As a RunnerError where it is an end that is expected; else as it is. */
function expected(error: unknown, dataDir: string): unknown {
  const code = fileSystemCode(error);
  if (code !== undefined && isDiskTrouble(code)) return diskTrouble(dataDir, code, error);
  return error instanceof ServiceProblem ? refusal(error) : error;
}

function refusal(error: ServiceProblem): unknown {
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
