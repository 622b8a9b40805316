import { writeFileSync } from 'node:fs';
import { readText } from './read-text.ts';

/** proc_pid_oom_score_adj(5): the highest. */
const FIRST = '1000';

/**
 * When memory ends all the same, the kernel takes this process and its children, and neither the runner, which has the
 * results, nor the guardian. Raising it needs no privilege; where there is no such thing, nothing happens.
 */
export function takenFirstWhenMemoryEnds(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/oom_score_adj`, FIRST);
  } catch {
    // Not supported here, or the process has ended already.
  }
}

/** Processes that the kernel has ended for want of memory, since boot; null: not supported here. */
export function oomKills(): number | null {
  const found = /^oom_kill (\d+)$/m.exec(readText('/proc/vmstat') ?? '')?.[1];
  return found === undefined ? null : Number(found);
}

/** Memory that could be had now without swapping, in MiB; null: not supported here. */
export function availableMb(): number | null {
  const kb = /^MemAvailable:\s+(\d+) kB$/m.exec(readText('/proc/meminfo') ?? '')?.[1];
  return kb === undefined ? null : Number(kb) / 1024;
}
