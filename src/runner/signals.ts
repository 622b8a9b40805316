import type { ProcessTree } from './process-tree.ts';
import { readProcesses } from './process-table.ts';

/** To one process, or with a negative number to a group. What has gone meanwhile, or is not ours to signal, is left. */
export function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // ESRCH: gone by itself. EPERM: whoever looks for what is left will tell.
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}

/** To the leader's group in one step, and to every other member. `force`: to the group also where nothing shows its members. */
export function signalTree(tree: ProcessTree, signal: NodeJS.Signals, force = false): void {
  const members = tree.members(readProcesses(), true);
  const group = tree.leader?.pid ?? null;
  if (group !== null && (force || members.some((row) => row.pgrp === group))) sendSignal(-group, signal);
  for (const row of members.filter((each) => each.pgrp !== group)) sendSignal(row.pid, signal);
}
