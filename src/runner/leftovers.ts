import { randomUUID } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DataDir } from './data-dir.ts';
import type { Log } from './event.ts';
import { readText } from './read-text.ts';
import { readProcesses } from './process-table.ts';
import { MARKER } from './process-tree.ts';

/** Names a trial's processes, and whose they are: another runner on this host leaves them alone. */
export function newTrialId(hostId: string): string {
  return `${hostId}.${randomUUID()}`;
}

/**
 * Ends the servers that a runner of this data folder left behind when it was killed, and removes their folders. The
 * folder's lock is held, so none of them can be of a runner that lives.
 */
export function sweepLeftovers(hostId: string, dataDir: DataDir, log: Log): void {
  const prefix = `${MARKER}=${hostId}.`;
  for (const { pid } of readProcesses()) {
    const environment = readText(`/proc/${pid}/environ`)?.split('\0') ?? [];
    if (!environment.some((entry) => entry.startsWith(prefix))) continue;
    log.warn({ pid }, 'a server that an earlier run left behind is ended');
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // Gone in between.
    }
  }
  for (const name of readdirSync(dataDir.trials)) rmSync(join(dataDir.trials, name), { recursive: true, force: true });
}
