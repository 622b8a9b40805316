import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Log } from '../event.ts';
import type { ProcessName } from '../process-tree.ts';
import { pinned } from '../taskset.ts';
import type { GuardedState, GuardianMessage } from './message.ts';

/** What a server gets between SIGTERM and SIGKILL when its runner is gone: all must be over in 10 s. */
const ORPHAN_GRACE_MS = 3_000;
/** It waits and keeps a short list: a small heap, no threads of its own. */
const NODE_FLAGS = ['--max-old-space-size=64', '--single-threaded-gc'];
/** One that dies more often than this in a minute is being killed, or cannot live here. */
const MAX_STARTS_PER_MINUTE = 5;
const MINUTE_MS = 60_000;
/** It has nothing left to do when its runner ends well. */
const CLOSE_DEADLINE_MS = 2_000;

export interface GuardianOptions {
  /** Begins the ids of this runner's trials. */
  readonly owner: string;
  /** Cores that it may use: the runner's. */
  readonly cpus: readonly number[];
  /** What of, for whoever looks at the list of processes. */
  readonly about: string;
  readonly log: Pick<Log, 'warn'>;
}

/** A process beside the runner that outlives it by seconds: it ends what the runner had started when that was killed. */
export interface Guardian {
  readonly owner: string;
  /** From now on this tree ends when the runner does. To be told before it is started: the runner may die in between. */
  watch(tree: { readonly id: string; readonly folder: string | null; readonly graceMs?: number }): GuardedTree;
  /** Ends it; resolves when it has ended. */
  [Symbol.asyncDispose](): Promise<void>;
}

export interface GuardedTree {
  /** More became known of it. */
  knows(facts: Partial<Pick<GuardedState, 'leader' | 'cgroup' | 'uid' | 'port' | 'seen'>>): void;
  /** A process outside of the tree that must end with it. */
  with(process: ProcessName): void;
  /** Nothing of it is left. */
  release(): void;
}

/** Starts a guardian, and another when it dies while the runner lives. It keeps no event loop alive. */
export function startGuardian(options: GuardianOptions): Guardian {
  const trees = new Map<string, GuardedState>();
  const starts: number[] = [];
  let child: ChildProcess | null = null;
  let isClosing = false;
  /** That there is none. */
  let isTold = false;

  const send = (message: GuardianMessage): void => {
    if (child === null && message.type === 'watch') start();
    else child?.stdin?.write(`${JSON.stringify(message)}\n`);
  };
  const start = (): void => {
    const now = performance.now();
    if (starts.filter((at) => now - at < MINUTE_MS).length >= MAX_STARTS_PER_MINUTE) {
      // Nothing that is measured depends on it: the next trial tries again.
      if (!isTold)
        options.log.warn({}, 'no guardian stays alive: a runner killed now leaves its server to the next one');
      isTold = true;
      return;
    }
    isTold = false;
    starts.push(now);
    const started = spawnGuardian(options);
    child = started;
    const died = (): void => {
      if (child !== started) return;
      child = null;
      if (isClosing) return;
      start();
      // Said once the new one has been told all that the old one knew.
      options.log.warn({ pid: started.pid }, 'the guardian of this runner’s servers died; another was started');
    };
    started.once('exit', died);
    started.on('error', () => started.pid === undefined && died());
    for (const tree of trees.values()) send({ type: 'watch', tree });
  };

  start();
  return {
    owner: options.owner,
    watch: ({ id, folder, graceMs = ORPHAN_GRACE_MS }) => {
      const others: ProcessName[] = [];
      const nothing = { leader: null, cgroup: null, uid: null, port: null, seen: [] };
      let state: GuardedState = { id, folder, grace_ms: graceMs, ...nothing };
      const tell = (facts: Partial<GuardedState>): void => {
        state = { ...state, ...facts };
        const tree = { ...state, seen: [...state.seen, ...others].map(({ pid, start: at }) => ({ pid, start: at })) };
        trees.set(id, tree);
        send({ type: 'watch', tree });
      };
      tell({});
      return {
        knows: tell,
        with: (process) => {
          others.push(process);
          tell({});
        },
        release: () => {
          trees.delete(id);
          send({ type: 'release', id });
        },
      };
    },
    [Symbol.asyncDispose]: async () => {
      isClosing = true;
      if (child !== null) await close(child);
    },
  };
}

function spawnGuardian({ cpus, about }: GuardianOptions): ChildProcess {
  const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
  const script = fileURLToPath(new URL(`./guardian-main${extension}`, import.meta.url));
  const [program = '', ...args] = pinned([process.execPath, ...NODE_FLAGS, script, about], cpus);
  const child = spawn(program, args, {
    // Nothing of the runner's: not its key, not a terminal, not a pipe that others wait for the end of.
    env: {},
    cwd: '/',
    stdio: ['pipe', 'ignore', 'ignore'],
    // A session of its own: neither Ctrl-C nor a kill of the runner's group takes it along.
    detached: true,
  });
  child.unref();
  // A pipe to a child is a socket in Node; the type does not say so.
  (child.stdin as Socket | null)?.unref();
  // Its exit tells the story.
  child.stdin?.on('error', () => undefined);
  return child;
}

async function close(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.ref();
  const exited = once(child, 'exit');
  child.stdin?.end();
  const timer = setTimeout(() => child.kill('SIGKILL'), CLOSE_DEADLINE_MS);
  await exited;
  clearTimeout(timer);
}
