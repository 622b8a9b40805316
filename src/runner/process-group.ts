import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { joinCgroup, makeCgroup, removeCgroup } from './cgroup.ts';
import type { GuardedTree } from './guardian/guardian.ts';
import { onPath } from './on-path.ts';
import { takenFirstWhenMemoryEnds } from './oom.ts';
import { OutputTail } from './output-tail.ts';
import { startOf } from './process-table.ts';
import { ProcessTree } from './process-tree.ts';
import type { RunAs } from './run-as.ts';
import { stopTree, type Stopped } from './stop-tree.ts';
import { dyingWithRunner, pinned } from './taskset.ts';

export interface GroupCommand {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Cores that it may use; empty: any. */
  readonly cpus: readonly number[];
  /** The marker in `env`. */
  readonly trialId: string;
  /** Where the guardian learns of it; null: a killed runner leaves it to the next one. */
  readonly guarded: GuardedTree | null;
  /** False: does without a control group, as on hosts that have none to give. */
  readonly contained?: boolean;
  /** As whom; left out or null: as the runner. The user's supplementary groups are not taken along. */
  readonly runAs?: RunAs | null;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
}

/** Something that was started here: a process group of its own, and whatever that starts. */
export interface ProcessGroup {
  readonly pid: number;
  readonly tree: ProcessTree;
  /** Null while its leader lives. */
  exit(): Exit | null;
  /** Resolves when its leader has ended. */
  readonly exited: Promise<Exit>;
  /** The last 64 KiB of what it and its children wrote. */
  output(): string;
  /** Hears how many bytes came, each time that some do. */
  onOutput(listener: (bytes: number) => void): void;
  /** Reads no more until it is stopped. */
  holdOutput(): void;
  /** Ends the whole tree, and who else listens on the port; what is called again gives the same answer, but may hurry it. */
  stop(port: number | null, graceMs: number): Promise<Stopped>;
}

/** After the last of them has ended its pipes are at their end; one that got away would keep them open for ever. */
const LAST_OUTPUT_MS = 200;

/** Starts a program; throws when it cannot be started at all (not found, not executable). */
export async function startGroup(command: GroupCommand): Promise<ProcessGroup> {
  mustExist(command);
  const cgroup = command.contained === false ? null : makeCgroup(command.trialId);
  const runAs = command.runAs ?? null;
  const [program = '', ...args] = dyingWithRunner(pinned(command.argv, command.cpus), runAs !== null);
  const child = spawn(program, args, {
    cwd: command.cwd,
    env: command.env,
    ...(runAs !== null && { uid: runAs.uid, gid: runAs.gid }),
    // A new session and so a new process group: signals reach all of it, and none of the runner's terminal.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const tree = adopt(child, command, cgroup);
  const tail = new OutputTail();
  const listeners: ((bytes: number) => void)[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      tail.add(chunk);
      for (const listener of listeners) listener(chunk.length);
    });
  }
  let exit: Exit | null = null;
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => {
      exit = { code, signal };
      resolve(exit);
    });
  });
  const closed = new Promise<void>((resolve) => void child.once('close', () => resolve()));
  try {
    // An event of a child that could not be started; later ones (a signal that failed) are told by `stop`.
    await once(child, 'spawn');
  } catch (error) {
    if (cgroup !== null) removeCgroup(cgroup);
    throw error;
  }
  child.on('error', () => undefined);
  const hurry = new AbortController();
  let stopping: Promise<Stopped> | null = null;
  return {
    pid: child.pid ?? 0,
    tree,
    exit: () => exit,
    exited,
    output: () => tail.text(),
    onOutput: (listener) => void listeners.push(listener),
    holdOutput: () => {
      child.stdout.pause();
      child.stderr.pause();
    },
    stop: (port, graceMs) => {
      if (graceMs === 0) hurry.abort();
      return (stopping ??= stopAndRelease(child, closed, { tree, leader: child, port, graceMs, hurry: hurry.signal }));
    },
  };
}

/** The programs before it (taskset, setpriv) would start in its stead, and only their exit code would tell. */
function mustExist({ argv: [program = ''], env, cwd }: GroupCommand): void {
  if (onPath(program, env['PATH'], cwd) === null) throw new Error(`there is no program ${program}`);
}

/** What must be done to a process before it can have forked: within the moment in which its wrappers replace themselves. */
function adopt(child: ChildProcess, command: GroupCommand, wanted: string | null): ProcessTree {
  const pid = child.pid ?? 0;
  // Read at once, so that it is known also of one that ends at once; where nothing shows it, nothing is younger.
  const leader = { pid, start: startOf(pid) ?? Number.MAX_SAFE_INTEGER };
  const isContained = wanted !== null && pid !== 0 && joinCgroup(wanted, pid);
  if (wanted !== null && !isContained) removeCgroup(wanted);
  const cgroup = isContained ? wanted : null;
  if (pid !== 0) takenFirstWhenMemoryEnds(pid);
  command.guarded?.knows({ leader: pid === 0 ? null : leader, cgroup, uid: command.runAs?.uid ?? null });
  return new ProcessTree({
    leader: pid === 0 ? null : leader,
    trialId: command.trialId,
    cgroup,
    uid: command.runAs?.uid,
    onSeen: (seen) => command.guarded?.knows({ seen }),
  });
}

async function stopAndRelease(
  child: ChildProcess,
  closed: Promise<void>,
  order: Parameters<typeof stopTree>[0],
): Promise<Stopped> {
  const stopped = await stopTree(order);
  // Its last words, also where it was held back; then what got away must not keep the pipes, and with them the runner, alive.
  child.stdout?.resume();
  child.stderr?.resume();
  await Promise.race([closed, delay(LAST_OUTPUT_MS)]);
  child.stdout?.destroy();
  child.stderr?.destroy();
  child.unref();
  if (order.tree.cgroup !== null) removeCgroup(order.tree.cgroup);
  return stopped;
}
