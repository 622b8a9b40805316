import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Without the lock for so long one is told what is waited for. */
const SAY_AFTER_MS = 1_000;

/**
 * Waits for the machine-wide lock of everything here that measures, so that two of them never share the cores. The lock is held by a
 * `flock` process and ends with it, however this process ends. Throws when the signal aborts before the lock is held.
 */
export async function holdMeasureLock(signal?: AbortSignal): Promise<AsyncDisposable> {
  const file = join(tmpdir(), 'benchwright-measure.lock');
  // In a group of its own: Ctrl-C is for who measures, and the lock is held until that has stopped.
  const holder = spawn('flock', [file, 'sh', '-c', 'echo locked; cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  });
  const gone = once(holder, 'close');
  gone.catch(() => undefined);
  const giveUp = (): void => void holder.kill();
  signal?.addEventListener('abort', giveUp, { once: true });
  const waits = setTimeout(() => {
    process.stderr.write(`waiting for what else measures on this machine to end (it holds ${file})\n`);
  }, SAY_AFTER_MS);
  await Promise.race([once(holder.stdout, 'data'), gone]);
  clearTimeout(waits);
  signal?.removeEventListener('abort', giveUp);
  if (signal?.aborted === true) {
    holder.stdin.end();
    await gone;
    signal.throwIfAborted();
  }
  return {
    [Symbol.asyncDispose]: async () => {
      holder.stdin.end();
      await gone;
    },
  };
}
