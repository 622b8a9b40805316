import { randomUUID } from 'node:crypto';
import { type BoundedGroup, type Breach, startBounded } from '../bounded-group.ts';
import type { Guardian } from '../guardian/guardian.ts';
import { MAX_OUTPUT_BYTES_PER_S } from '../output-rate.ts';
import { MARKER } from '../process-tree.ts';
import type { RunAs } from '../run-as.ts';
import { installerEnvironment } from '../server-environment.ts';
import { type BuildLimits, watchBuild } from './build-limits.ts';

export interface CommandResult {
  readonly ok: boolean;
  readonly output: string;
  /** How it ended, in words. */
  readonly how: string;
  /** The limit that it broke; null: none. */
  readonly breach: Breach | null;
}

export interface Workplace {
  readonly cwd: string;
  /** For temporary files: an installer that is killed leaves its own behind. */
  readonly temporary: string;
  /** Ends it when the runner is killed. Its half-made folder is made again by whoever wants it next. */
  readonly guardian: Guardian | null;
  /** Left out: an installer that the runner's owner chose, with the owner's settings. */
  readonly confined?: Confinement;
}

/** What a command gets that has to do with code from git. */
export interface Confinement {
  /** Null: the runner's own user. */
  readonly runAs: RunAs | null;
  /** Its whole environment, but for what every command is given. */
  readonly env: Readonly<Record<string, string>>;
  readonly limits: BuildLimits;
  /** The folders whose room on disk is counted. */
  readonly folders: readonly string[];
  /** When work on the commit began, by this host's clock (ms). */
  readonly sinceMs: number;
}

/** From a slow registry; longer is one that does not answer. */
const COMMAND_TIMEOUT_MS = 600_000;
const TOO_MUCH_OUTPUT = `The command wrote more than ${MAX_OUTPUT_BYTES_PER_S / 2 ** 20} MiB within one second.`;

/** Runs an installer to its end; with it ends all that it started, also when the signal aborts or the time is over. */
export async function runCommand(
  argv: readonly string[],
  place: Workplace,
  signal: AbortSignal,
): Promise<CommandResult> {
  signal.throwIfAborted();
  const { confined } = place;
  const id = `${place.guardian?.owner ?? 'install'}.${randomUUID()}`;
  // An installer has nothing to finish: what is half done is thrown away.
  const guarded = place.guardian?.watch({ id, folder: null, graceMs: 0 }) ?? null;
  try {
    const command = {
      argv,
      cwd: place.cwd,
      env: { ...(confined?.env ?? installerEnvironment()), TMPDIR: place.temporary, [MARKER]: id },
      cpus: [],
      trialId: id,
      guarded,
      runAs: confined?.runAs ?? null,
    };
    const group = await startBounded(command, { port: null, tooMuch: TOO_MUCH_OUTPUT });
    using watch = confined === undefined ? null : watchBuild(group, confined);
    const ended = await endOf(group, signal, confined?.limits.time_ms ?? COMMAND_TIMEOUT_MS);
    signal.throwIfAborted();
    await watch?.lastLook();
    const breach = group.breach();
    const isOk = group.exit()?.code === 0 && breach === null && ended.left === null;
    return { ok: isOk, output: group.output(), how: breach?.says ?? ended.how, breach };
  } catch (error) {
    signal.throwIfAborted();
    return { ok: false, output: '', how: `could not be started: ${(error as Error).message}`, breach: null };
  } finally {
    guarded?.release();
  }
}

async function endOf(
  group: BoundedGroup,
  signal: AbortSignal,
  withinMs: number,
): Promise<{ readonly how: string; readonly left: string | null }> {
  const kill = (): void => void group.stop(0);
  const says = `The command did not end within ${Math.round(withinMs / 1000)} s.`;
  const timer = setTimeout(() => group.end({ reason: 'time-limit', says }), withinMs);
  signal.addEventListener('abort', kill, { once: true });
  if (signal.aborted) kill();
  const { code, signal: by } = await group.exited;
  clearTimeout(timer);
  signal.removeEventListener('abort', kill);
  // A helper that it left in the background would hold its output, and outlive the job.
  const { left } = await group.stop(0);
  const how = by === null ? `ended with code ${code}` : `was ended by ${by}`;
  return { how: left === null ? how : `${how}, and ${left}`, left };
}
