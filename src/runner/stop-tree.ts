import type { ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { isListening } from './ports.ts';
import { readProcesses } from './process-table.ts';
import type { ProcessTree } from './process-tree.ts';

/** What a well-behaved server gets to finish its requests. */
export const STOP_GRACE_MS = 10_000;
/** After Ctrl-C: everything must be gone within 15 s, the generator's 2 s and the service's goodbye included. */
export const HURRIED_GRACE_MS = 4_000;
/** SIGKILL takes effect when the process leaves the kernel; longer is a disk or driver that hangs. */
const KILL_WAIT_MS = 3_000;
const POLL_MS = 20;

export interface Stopped {
  readonly ms: number;
  /** SIGKILL was needed. */
  readonly killed: boolean;
  /** What is left of it, in words; null: nothing. */
  readonly left: string | null;
}

/** SIGTERM to the group and all that belongs to it, SIGKILL to what is left after the grace, then a look at what is left. */
export async function stopTree(
  tree: ProcessTree,
  leader: ChildProcess,
  port: number,
  graceMs: number,
): Promise<Stopped> {
  const began = performance.now();
  signalAll(tree, leader, 'SIGTERM');
  let gone = await waitGone(tree, leader, graceMs);
  const killed = !gone;
  if (killed) {
    signalAll(tree, leader, 'SIGKILL');
    gone = await waitGone(tree, leader, KILL_WAIT_MS, () => signalAll(tree, leader, 'SIGKILL'));
  }
  const left = await whatIsLeft(tree, port);
  return { ms: performance.now() - began, killed, left };
}

function signalAll(tree: ProcessTree, leader: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (leader.pid === undefined) return;
  const members = tree.members(readProcesses(), true);
  const group = leader.pid;
  if (members.some((row) => row.pgrp === group) || isRunning(leader)) sendSignal(-group, signal);
  for (const row of members.filter((each) => each.pgrp !== group)) sendSignal(row.pid, signal);
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // ESRCH: gone by itself. EPERM: told by whatIsLeft.
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}

const isRunning = (child: ChildProcess): boolean => child.exitCode === null && child.signalCode === null;

async function waitGone(
  tree: ProcessTree,
  leader: ChildProcess,
  withinMs: number,
  again?: () => void,
): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    // The quick look first; the thorough one, which reads every environment, only when that finds nothing more.
    if (!isRunning(leader) && tree.members().length === 0 && tree.members(readProcesses(), true).length === 0)
      return true;
    if (performance.now() >= deadline) return false;
    await delay(POLL_MS);
    again?.();
  }
}

async function whatIsLeft(tree: ProcessTree, port: number): Promise<string | null> {
  const members = tree.members(readProcesses(), true);
  if (members.length > 0) return `processes ${members.map((row) => row.pid).join(', ')} did not end`;
  return (await isListening(port)) ? `something still listens on port ${port}` : null;
}
