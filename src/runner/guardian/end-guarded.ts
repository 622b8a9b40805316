import { setPriority } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { removeCgroup } from '../cgroup.ts';
import { endPortHolders } from '../end-port-holders.ts';
import { endProcesses } from '../end-processes.ts';
import { type ProcessRow, readProcesses } from '../process-table.ts';
import { ProcessTree } from '../process-tree.ts';
import { removeFolder } from '../remove-folder.ts';
import { sendSignal, signalTree } from '../signals.ts';
import type { GuardedState } from './message.ts';

const POLL_MS = 50;
/** A server that was just being started when its runner died shows its marker only now: forked, but no program yet. */
const LATEST_START_MS = 300;

/** Ends what a dead runner left: processes, then the trial's folder. Within 10 s, what ignores SIGTERM included. */
export async function endGuarded(guarded: readonly GuardedState[]): Promise<void> {
  if (guarded.length === 0) return;
  returnToNormalPriority();
  await Promise.allSettled(guarded.map(endOne));
}

async function endOne(state: GuardedState): Promise<void> {
  const tree = new ProcessTree({ leader: state.leader, trialId: state.id, cgroup: state.cgroup, uid: state.uid });
  for (const process of state.seen) tree.adopt(process);
  const find = (): readonly ProcessRow[] => tree.members(readProcesses(), true);
  askToEnd(tree);
  await waitGone(find, Math.max(state.grace_ms, LATEST_START_MS));
  await endProcesses({ find, cgroup: state.cgroup });
  // Where no process table shows who is left of the group.
  if (!hasProcessTable() && state.leader !== null) sendSignal(-state.leader.pid, 'SIGKILL');
  if (state.port !== null) await endPortHolders(tree, state.port);
  if (state.cgroup !== null) removeCgroup(state.cgroup);
  if (state.folder !== null) await removeFolder(state.folder, null);
}

function askToEnd(tree: ProcessTree): void {
  signalTree(tree, 'SIGTERM', !hasProcessTable());
  signalTree(tree, 'SIGCONT', !hasProcessTable());
}

async function waitGone(find: () => readonly ProcessRow[], withinMs: number): Promise<void> {
  const began = performance.now();
  for (;;) {
    const elapsed = performance.now() - began;
    if (elapsed >= withinMs || (hasProcessTable() && elapsed >= LATEST_START_MS && find().length === 0)) return;
    await delay(POLL_MS);
  }
}

const hasProcessTable = (): boolean => process.platform === 'linux';

/** It was started by a runner that may just have been giving way to its load engine; where that cannot be undone, it stays. */
function returnToNormalPriority(): void {
  try {
    setPriority(0);
  } catch {
    // Not allowed: it will be slower beside a busy server, which has no right to more either.
  }
}
