import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { onPath } from './on-path.ts';
import { OutputTail } from './output-tail.ts';
import { ProcessTree } from './process-tree.ts';
import { stopTree, type Stopped } from './stop-tree.ts';
import { dyingWithRunner, pinned } from './taskset.ts';

export interface ServerCommand {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Cores that it may use; empty: any. */
  readonly cpus: readonly number[];
  readonly port: number;
  readonly trialId: string;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
}

/** A server under test: a process group of its own. */
export interface ServerProcess {
  readonly pid: number;
  readonly port: number;
  readonly tree: ProcessTree;
  /** Null while its leader lives. */
  exit(): Exit | null;
  /** Resolves when its leader has ended. */
  readonly exited: Promise<Exit>;
  /** The last 64 KiB of what it and its children wrote. */
  output(): string;
  /** Ends the whole tree; what is called again gives the same answer. */
  stop(graceMs: number): Promise<Stopped>;
}

/** Starts a server; throws when the program cannot be started at all (not found, not executable). */
export async function startServer(command: ServerCommand): Promise<ServerProcess> {
  mustExist(command);
  const [program = '', ...args] = dyingWithRunner(pinned(command.argv, command.cpus));
  const child = spawn(program, args, {
    cwd: command.cwd,
    env: command.env,
    // A new session and so a new process group: signals reach all of it, and none of the runner's terminal.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const tail = new OutputTail();
  child.stdout.on('data', (chunk: Buffer) => tail.add(chunk));
  child.stderr.on('data', (chunk: Buffer) => tail.add(chunk));
  let exit: Exit | null = null;
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => {
      exit = { code, signal };
      resolve(exit);
    });
  });
  // An event of a child that could not be started; later ones (a signal that failed) are told by `stop`.
  await once(child, 'spawn');
  child.on('error', () => undefined);
  const pid = child.pid ?? 0;
  const tree = new ProcessTree(pid, command.trialId);
  let stopping: Promise<Stopped> | null = null;
  return {
    pid,
    port: command.port,
    tree,
    exit: () => exit,
    exited,
    output: () => tail.text(),
    stop: (graceMs) => (stopping ??= stopAndRelease(child, tree, command.port, graceMs)),
  };
}

/** The programs before it (taskset, setpriv) would start in its stead, and only their exit code would tell. */
function mustExist({ argv: [program = ''], env, cwd }: ServerCommand): void {
  if (onPath(program, env['PATH'], cwd) === null) throw new Error(`there is no program ${program}`);
}

async function stopAndRelease(child: ChildProcess, tree: ProcessTree, port: number, graceMs: number): Promise<Stopped> {
  const stopped = await stopTree(tree, child, port, graceMs);
  // A grandchild that got away would keep the pipes, and with them the runner, alive.
  child.stdout?.destroy();
  child.stderr?.destroy();
  child.unref();
  return stopped;
}
