import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Waits for the machine-wide lock of everything here that measures, so that two benchmarks never share the cores.
 * The lock is held by a `flock` process and ends with it, however this process ends.
 */
export async function holdMeasureLock(): Promise<AsyncDisposable> {
  const file = join(tmpdir(), 'benchwright-measure.lock');
  const holder = spawn('flock', [file, 'sh', '-c', 'echo locked; cat'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const gone = once(holder, 'close');
  gone.catch(() => undefined);
  await Promise.race([once(holder.stdout, 'data'), gone]);
  return {
    [Symbol.asyncDispose]: async () => {
      holder.stdin.end();
      await gone;
    },
  };
}
