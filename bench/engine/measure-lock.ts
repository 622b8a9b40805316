import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Without the lock for so long one is told what is waited for. */
const SAY_AFTER_MS = 1_000;

/**
 * Waits for the machine-wide lock of everything here that measures, so that two benchmarks never share the cores.
 * The lock is held by a `flock` process and ends with it, however this process ends.
 */
export async function holdMeasureLock(): Promise<AsyncDisposable> {
  const file = join(tmpdir(), 'benchwright-measure.lock');
  const holder = spawn('flock', [file, 'sh', '-c', 'echo locked; cat'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const gone = once(holder, 'close');
  gone.catch(() => undefined);
  const waits = setTimeout(() => {
    process.stderr.write(`waiting for what else measures on this machine to end (it holds ${file})\n`);
  }, SAY_AFTER_MS);
  await Promise.race([once(holder.stdout, 'data'), gone]);
  clearTimeout(waits);
  return {
    [Symbol.asyncDispose]: async () => {
      holder.stdin.end();
      await gone;
    },
  };
}
