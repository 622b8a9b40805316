import type { ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { endPortHolders } from './end-port-holders.ts';
import { EMPTY_LOOKS, endProcesses, KILL_WAIT_MS } from './end-processes.ts';
import { listenersOn } from './listeners.ts';
import { isListening } from './ports.ts';
import { describeProcess, type ProcessRow, readProcesses } from './process-table.ts';
import type { ProcessTree } from './process-tree.ts';
import { signalTree } from './signals.ts';

/** What a well-behaved server gets to finish its requests. */
export const STOP_GRACE_MS = 10_000;
/** After Ctrl-C: everything must be gone within 15 s, the generator's 2 s and the service's goodbye included. */
export const HURRIED_GRACE_MS = 4_000;
const POLL_MS = 20;

export interface Stopped {
  readonly ms: number;
  /** SIGKILL was needed. */
  readonly killed: boolean;
  /** Processes that nothing but the port gave away; they have been ended. */
  readonly held_port: readonly number[];
  /** What is left of it, in words; null: nothing. */
  readonly left: string | null;
}

export interface StopOrder {
  readonly tree: ProcessTree;
  readonly leader: ChildProcess;
  /** Where it listened; null: nowhere. */
  readonly port: number | null;
  /** Between SIGTERM and SIGKILL; 0: SIGKILL at once. */
  readonly graceMs: number;
  /** Ends the grace at once. */
  readonly hurry?: AbortSignal;
}

/**
 * SIGTERM to the group and all that belongs to it; what is left after the grace is frozen and killed; then who still
 * listens on the port is ended too, and a last look tells what is left.
 */
export async function stopTree(order: StopOrder): Promise<Stopped> {
  const { tree, leader, port, graceMs } = order;
  const began = performance.now();
  if (graceMs > 0) {
    signalTree(tree, 'SIGTERM', isRunning(leader));
    // One that was stopped (SIGSTOP) would heed nothing before it goes on.
    signalTree(tree, 'SIGCONT', isRunning(leader));
  }
  const killed = !(await waitGone(order));
  if (killed) {
    // Where no process table shows the group, this is all there is.
    signalTree(tree, 'SIGKILL', isRunning(leader));
    await endProcesses({ find: () => tree.members(readProcesses(), true), cgroup: tree.cgroup });
    await waitGone({ tree, leader, port, graceMs: KILL_WAIT_MS });
  }
  const held_port = port === null ? [] : await endPortHolders(tree, port);
  return { ms: performance.now() - began, killed, held_port, left: await whatIsLeft(order) };
}

const isRunning = (child: ChildProcess): boolean => child.exitCode === null && child.signalCode === null;

async function waitGone({ tree, leader, graceMs, hurry }: StopOrder): Promise<boolean> {
  const deadline = performance.now() + graceMs;
  for (let empty = 0; ;) {
    // The quick look first; the thorough one, which reads every environment, only when that finds nothing more.
    const isEmpty =
      !isRunning(leader) && tree.members().length === 0 && tree.members(readProcesses(), true).length === 0;
    empty = isEmpty ? empty + 1 : 0;
    if (empty === EMPTY_LOOKS) return true;
    // What seems to be gone gets its second look even when the time is up.
    if (empty === 0 && (performance.now() >= deadline || hurry?.aborted === true)) return false;
    await delay(POLL_MS);
  }
}

async function whatIsLeft({ tree, port }: StopOrder): Promise<string | null> {
  const members = tree.members(readProcesses(), true);
  if (members.length > 0) return `${namesOf(members)} did not end`;
  if (port === null || !(await isListening(port))) return null;
  const owners = listenersOn(port);
  return `something still listens on port ${port}${owners.length > 0 ? `: ${namesOf(owners)}` : ''}`;
}

const namesOf = (rows: readonly ProcessRow[]): string => rows.map((row) => describeProcess(row.pid)).join(', ');
