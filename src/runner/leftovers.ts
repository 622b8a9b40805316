import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { cgroupPids, cgroupsOf, removeCgroup } from './cgroup.ts';
import type { DataDir } from './data-dir.ts';
import { endProcesses } from './end-processes.ts';
import type { Log } from './event.ts';
import { type ProcessRow, readProcesses, withDescendants } from './process-table.ts';
import { environmentOf, MARKER } from './process-tree.ts';
import { removeFolder } from './remove-folder.ts';

/** Names a trial's processes, and whose they are: another runner on this host leaves them alone. */
export function newTrialId(hostId: string): string {
  return `${hostId}.${randomUUID()}`;
}

/**
 * Ends what a runner of this data folder left behind when it was killed together with its guardian, and removes the folders
 * of its trials. The folder's lock is held, so none of it is of a runner that lives; unless the folder was copied on this machine, and
 * the host id with it: then both are one runner to the service too, where the newer session ends the older one.
 */
export async function sweepLeftovers(hostId: string, dataDir: DataDir, log: Log): Promise<void> {
  const cgroups = cgroupsOf(hostId);
  const find = (): ProcessRow[] => leftoversOf(hostId, cgroups);
  const found = find();
  for (const { pid } of found) log.warn({ pid }, 'a process that an earlier run left behind is ended');
  if (found.length > 0 && !(await endProcesses({ find, cgroup: null })))
    log.warn({ pids: find().map((row) => row.pid) }, 'processes of an earlier run do not end');
  for (const cgroup of cgroups) removeCgroup(cgroup);
  for (const name of readdirSync(dataDir.trials)) await removeFolder(join(dataDir.trials, name), log);
}

function leftoversOf(hostId: string, cgroups: readonly string[]): ProcessRow[] {
  const rows = readProcesses();
  const prefix = `${MARKER}=${hostId}.`;
  const contained = new Set(cgroups.flatMap(cgroupPids));
  const roots = rows.filter(
    ({ pid }) => contained.has(pid) || environmentOf(pid).some((entry) => entry.startsWith(prefix)),
  );
  const pids = withDescendants(rows, new Set(roots.map((row) => row.pid)));
  return rows.filter((row) => pids.has(row.pid) && row.pid !== process.pid);
}
