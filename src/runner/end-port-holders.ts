import { endProcesses } from './end-processes.ts';
import { listenersOn } from './listeners.ts';
import type { ProcessRow } from './process-table.ts';
import type { ProcessTree } from './process-tree.ts';

/**
 * Ends whoever listens on a trial's port after its tree is gone: a daemon without parent, session and environment of it.
 * The port was free when the trial took it, so only what began since can be the trial's; anything older is let live.
 */
export async function endPortHolders(tree: ProcessTree, port: number): Promise<number[]> {
  const since = tree.leader?.start;
  if (since === undefined) return [];
  const find = (): ProcessRow[] =>
    listenersOn(port).filter((row) => row.start >= since && row.pid !== process.pid && row.pid !== process.ppid);
  const holders = find().map((row) => row.pid);
  if (holders.length > 0) await endProcesses({ find, cgroup: null });
  return holders;
}
