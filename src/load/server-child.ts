import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { spawnScript } from './child-script.ts';

export interface ServerChild {
  readonly port: number;
  /** Kills it and waits until it has ended: it holds nothing, and a stopped one would not hear another signal. Idempotent. */
  stop(): Promise<void>;
}

/**
 * Starts one of the engine's own servers as a process, which writes its port as one line and ends when standard input does.
 * `onStart` is called with its process id as soon as it runs.
 */
export async function startServerChild(
  script: string,
  cpus: readonly number[] | undefined,
  onStart?: (pid: number) => void,
): Promise<ServerChild> {
  const child = spawnScript(script, cpus);
  const gone = Promise.withResolvers<void>();
  child.once('close', () => gone.resolve());
  child.once('error', () => gone.resolve());
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await gone.promise;
  };
  if (child.pid !== undefined) onStart?.(child.pid);
  try {
    if (child.stdout === null) throw new Error(`${script} has no output`);
    const lines = createInterface({ input: child.stdout });
    const [first] = (await Promise.race([once(lines, 'line'), gone.promise.then(() => [''])])) as [string];
    const port = Number(first);
    if (!Number.isInteger(port) || port === 0) throw new Error(`${script} did not start`);
    return { port, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
