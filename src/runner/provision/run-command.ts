import { randomUUID } from 'node:crypto';
import type { Guardian } from '../guardian/guardian.ts';
import { type ProcessGroup, startGroup } from '../process-group.ts';
import { MARKER } from '../process-tree.ts';
import { installerEnvironment } from '../server-environment.ts';

export interface CommandResult {
  readonly ok: boolean;
  readonly output: string;
  /** How it ended, in words. */
  readonly how: string;
}

export interface Workplace {
  readonly cwd: string;
  /** For temporary files: an installer that is killed leaves its own behind. */
  readonly temporary: string;
  /** Ends it when the runner is killed. Its half-made folder is made again by whoever wants it next. */
  readonly guardian: Guardian | null;
}

/** From a slow registry; longer is one that does not answer. */
const COMMAND_TIMEOUT_MS = 600_000;

/** Runs an installer to its end; with it ends all that it started, also when the signal aborts or the time is over. */
export async function runCommand(
  argv: readonly string[],
  place: Workplace,
  signal: AbortSignal,
): Promise<CommandResult> {
  signal.throwIfAborted();
  const id = `${place.guardian?.owner ?? 'install'}.${randomUUID()}`;
  // An installer has nothing to finish: what is half done is thrown away.
  const guarded = place.guardian?.watch({ id, folder: null, graceMs: 0 }) ?? null;
  try {
    const group = await startGroup({
      argv,
      cwd: place.cwd,
      env: { ...installerEnvironment(), TMPDIR: place.temporary, [MARKER]: id },
      cpus: [],
      trialId: id,
      guarded,
    });
    const how = await endOf(group, signal);
    signal.throwIfAborted();
    return { ok: group.exit()?.code === 0, output: group.output(), how };
  } catch (error) {
    signal.throwIfAborted();
    return { ok: false, output: '', how: `could not be started: ${(error as Error).message}` };
  } finally {
    guarded?.release();
  }
}

async function endOf(group: ProcessGroup, signal: AbortSignal): Promise<string> {
  const kill = (): void => void group.stop(null, 0);
  const timer = setTimeout(kill, COMMAND_TIMEOUT_MS);
  signal.addEventListener('abort', kill, { once: true });
  if (signal.aborted) kill();
  const { code, signal: by } = await group.exited;
  clearTimeout(timer);
  signal.removeEventListener('abort', kill);
  // A helper that it left in the background would hold its output, and outlive the job.
  await group.stop(null, 0);
  return by === null ? `ended with code ${code}` : `was ended by ${by}`;
}
