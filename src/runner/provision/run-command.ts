import { spawn } from 'node:child_process';
import { OutputTail } from '../output-tail.ts';
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
}

/** From a slow registry; longer is one that does not answer. */
const COMMAND_TIMEOUT_MS = 600_000;

/** Runs an installer to its end. Its whole process group is killed when the signal aborts or the time is over. */
export function runCommand(argv: readonly string[], place: Workplace, signal: AbortSignal): Promise<CommandResult> {
  const [program = '', ...args] = argv;
  const tail = new OutputTail();
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason as Error);
      return;
    }
    const child = spawn(program, args, {
      cwd: place.cwd,
      env: { ...installerEnvironment(), TMPDIR: place.temporary },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const kill = (): void => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // Gone already.
      }
    };
    const timer = setTimeout(kill, COMMAND_TIMEOUT_MS);
    signal.addEventListener('abort', kill, { once: true });
    child.stdout.on('data', (chunk: Buffer) => tail.add(chunk));
    child.stderr.on('data', (chunk: Buffer) => tail.add(chunk));
    const finish = (how: string, ok: boolean): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', kill);
      if (signal.aborted) reject(signal.reason as Error);
      else resolve({ ok, output: tail.text(), how });
    };
    child.once('error', (error) => finish(`could not be started: ${error.message}`, false));
    child.once('close', (code, by) =>
      finish(by === null ? `ended with code ${code}` : `was ended by ${by}`, code === 0),
    );
  });
}
