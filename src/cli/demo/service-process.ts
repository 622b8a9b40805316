import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setPriority } from 'node:os';
import { createInterface } from 'node:readline';
import { CommandError, EXIT } from '../exit-codes.ts';
import { packagePath } from '../package-path.ts';

export interface ServiceProcess {
  readonly url: string;
  /** The first operator key, when the database was new. */
  readonly operatorKey: string | null;
  /** Rejects when it ends without having been told to, with the end of what it said. */
  readonly lost: Promise<never>;
  /** Ends it in order; killed after the deadline. Idempotent. */
  stop(): Promise<void>;
}

interface ServiceOptions {
  readonly port: number;
  readonly dataDir: string;
  /** Cores for the service: away from those of the server under test. Null: no pinning on this platform. */
  readonly cpus: readonly number[] | null;
}

const START_DEADLINE_MS = 30_000;
/** Within the 15 s in which Ctrl-C must have ended everything. */
const STOP_DEADLINE_MS = 5_000;

/**
 * Starts `benchwright serve` as a child: on its own cores and at idle priority, so that the API does not compete with what is
 * measured. It ends by itself when its standard input closes, so a demo that is killed leaves no service behind.
 */
export async function startServiceProcess({ port, dataDir, cpus }: ServiceOptions): Promise<ServiceProcess> {
  const serve = [
    process.execPath,
    packagePath('bin', 'benchwright.js'),
    'serve',
    '--json',
    '--stop-with-stdin',
    '--heartbeat',
    '2',
    '--port',
    String(port),
    '--data-dir',
    dataDir,
  ];
  const prefix = cpus === null ? [] : ['taskset', '-c', cpus.join(',')];
  const [program = '', ...args] = [...prefix, ...serve];
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  let errors = '';
  let isStopping = false;
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (errors = (errors + chunk).slice(-8_192)));
  child.stdin.on('error', () => undefined);
  const end = stopper(child);
  const stop = (): Promise<void> => {
    isStopping = true;
    return end();
  };
  try {
    const started = await firstLine(child);
    giveWay(child);
    const lost = new Promise<never>((_, reject) => {
      child.once('close', (code, signal) => {
        if (isStopping) return;
        const how = signal === null ? `ended with code ${code}` : `was ended by ${signal}`;
        reject(
          new CommandError(EXIT.unexpected, `the demo's service ${how}${errors === '' ? '' : `:\n${errors.trim()}`}`),
        );
      });
    });
    // Whoever waits sees it; when nobody waits any more it must not end the process.
    lost.catch(() => undefined);
    return { url: started.url, operatorKey: started.operator_key, lost, stop };
  } catch (error) {
    await stop();
    const said = errors
      .trim()
      .split('\n')
      .findLast((line) => line.startsWith('benchwright: '))
      ?.slice('benchwright: '.length);
    throw new CommandError(
      child.exitCode === EXIT.badInput ? EXIT.badInput : EXIT.unexpected,
      said ?? `the service did not start: ${errors.trim() || String(error)}`,
    );
  }
}

const LOWEST_PRIORITY = 19;

/** From now on it yields to whatever is measured; its start, which people wait for, came first. */
function giveWay({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) setPriority(pid, LOWEST_PRIORITY);
  } catch {
    // It has ended meanwhile, or the platform has no priorities: then it competes, and the results show it.
  }
}

async function firstLine(child: ChildProcess): Promise<{ url: string; operator_key: string | null }> {
  const { stdout } = child;
  if (stdout === null) throw new Error('no output');
  const lines = createInterface({ input: stdout });
  const deadline = AbortSignal.timeout(START_DEADLINE_MS);
  const ended = once(child, 'close', { signal: deadline }).then(() => {
    throw new Error('it ended');
  });
  const line = await Promise.race([once(lines, 'line', { signal: deadline }), ended]);
  ended.catch(() => undefined);
  stdout.resume();
  return JSON.parse(String(line[0])) as { url: string; operator_key: string | null };
}

function stopper(child: ChildProcess): () => Promise<void> {
  let stopping: Promise<void> | null = null;
  const end = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const closed = once(child, 'close');
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_DEADLINE_MS);
    await closed;
    clearTimeout(timer);
  };
  return () => (stopping ??= end());
}
