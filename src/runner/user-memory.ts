import { spawnSync } from 'node:child_process';
import { readText } from './read-text.ts';

/** What outlives its processes in memory (sysvipc(7)): its table under /proc, and how ipcrm(1) is told to remove one. */
const KINDS = [
  ['shm', '--shmem-id'],
  ['sem', '--semaphore-id'],
  ['msg', '--queue-id'],
] as const;

/** Removes segments of shared memory, semaphores and queues that a user owns; where there is no `/proc`, nothing. */
export function removeMemoryOfUser(uid: number): void {
  const options = KINDS.flatMap(([kind, option]) => idsOf(kind, uid).flatMap((id) => [option, id]));
  if (options.length > 0) spawnSync('ipcrm', options, { stdio: 'ignore' });
}

function idsOf(kind: string, uid: number): string[] {
  const [head = '', ...rows] = (readText(`/proc/sysvipc/${kind}`) ?? '').trim().split('\n');
  const names = head.trim().split(/\s+/);
  const [id, owner] = [names.findIndex((name) => /^(?:shm|sem|msq)id$/.test(name)), names.indexOf('uid')];
  return rows
    .map((row) => row.trim().split(/\s+/))
    .flatMap((row) => (row[owner] === String(uid) ? [row[id] ?? ''] : []));
}
