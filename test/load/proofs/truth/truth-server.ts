import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { pinned } from '../../../../src/runner/taskset.ts';
import type { TruthRecord } from './truth-record.ts';
import type { TruthScript } from './truth-script.ts';

export interface TruthServer extends AsyncDisposable {
  readonly port: number;
  readonly pid: number;
  /** What it has done so far. */
  record(): Promise<TruthRecord>;
}

const MAIN = fileURLToPath(new URL('./truth-server-main.ts', import.meta.url));
/**
 * A loop that spins leaves some 400 MB of garbage a second. The collector stops it for 0.2 to 0.3 ms whatever it finds, so it must come
 * seldom: 30 times a second, as with the engine's 16 MB (8 times with these), the server would be blind for 0.7 % of the time.
 */
const NODE_FLAGS = ['--min-semi-space-size=64', '--max-semi-space-size=64', '--single-threaded-gc'];

export interface TruthServerOptions {
  /** Pinned to these cores where that is possible. */
  readonly cpus?: readonly number[];
  /** It loads itself first, so that its stamps are held to a time. */
  readonly rehearses?: boolean;
}

/** Starts the truth server as a process of its own. */
export async function startTruthServer(
  script: TruthScript,
  { cpus = [], rehearses = false }: TruthServerOptions = {},
): Promise<TruthServer> {
  const main = [process.execPath, ...NODE_FLAGS, MAIN, JSON.stringify(script), ...(rehearses ? ['rehearse'] : [])];
  const [program = '', ...args] = pinned(main, cpus);
  const child = spawn(program, args, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    serialization: 'advanced',
    // What a proof does to the engine by this variable must not befall the truth.
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const gone = once(child, 'close');
  gone.catch(() => undefined);
  const stop = async (): Promise<void> => {
    // A stopped process would not hear another signal.
    child.kill('SIGKILL');
    await gone;
  };
  const told = async (): Promise<unknown> => {
    const [message] = (await Promise.race([once(child, 'message'), gone.then(() => [null])])) as [unknown];
    if (message === null) throw new Error('the truth server ended');
    return message;
  };
  const { port } = (await told()) as { port: number };
  return {
    port,
    pid: child.pid ?? 0,
    record: async () => {
      const record = told();
      child.send('record');
      return (await record) as TruthRecord;
    },
    [Symbol.asyncDispose]: stop,
  };
}
