import { setTimeout as delay } from 'node:timers/promises';
import { killCgroup } from './cgroup.ts';
import type { ProcessRow } from './process-table.ts';
import { sendSignal } from './signals.ts';

/** SIGKILL takes effect when the process leaves the kernel; longer is a disk or driver that hangs. */
export const KILL_WAIT_MS = 3_000;
const POLL_MS = 20;
/** Looks in one freeze. Each finds what was forked since the last one; what is frozen forks no more. */
const MAX_LOOKS = 50;
/** Empty looks in a row that mean gone: a process that is just replacing its program shows no environment. */
export const EMPTY_LOOKS = 2;

export interface Ending {
  /** What is to be ended and still lives, now. */
  readonly find: () => readonly ProcessRow[];
  /** Where all of it is in one; null: not supported here. */
  readonly cgroup: string | null;
  readonly withinMs?: number;
}

/**
 * Ends what `find` finds, however it forks: first everything is frozen (SIGSTOP), until a look finds nothing that still
 * runs, and only then killed. Killed one by one, those that live would start others in the place of those that died.
 * Resolves with whether nothing is left.
 */
export async function endProcesses({ find, cgroup, withinMs = KILL_WAIT_MS }: Ending): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  for (let empty = 0; ;) {
    if (cgroup !== null) killCgroup(cgroup);
    freeze(find);
    const found = find();
    for (const row of found) sendSignal(row.pid, 'SIGKILL');
    empty = found.length === 0 ? empty + 1 : 0;
    if (empty === EMPTY_LOOKS) return true;
    if (performance.now() >= deadline) return false;
    await delay(POLL_MS);
  }
}

function freeze(find: Ending['find']): void {
  const frozen = new Set<string>();
  for (let look = 0; look < MAX_LOOKS; look += 1) {
    const running = find().filter((row) => !frozen.has(`${row.pid}/${row.start}`));
    if (running.length === 0) return;
    for (const row of running) {
      sendSignal(row.pid, 'SIGSTOP');
      frozen.add(`${row.pid}/${row.start}`);
    }
  }
}
