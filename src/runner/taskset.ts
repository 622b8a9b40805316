import { spawnSync } from 'node:child_process';
import { onPath } from './on-path.ts';

/** The program `taskset` (util-linux), which pins a process to cores; null: not supported here. */
export const TASKSET: string | null = process.platform === 'linux' ? onPath('taskset') : null;

/** A command that runs on the given cores only. taskset replaces itself by the command: the pid is the server's. */
export function pinned(argv: readonly string[], cpus: readonly number[]): string[] {
  return TASKSET === null || cpus.length === 0 ? [...argv] : [TASKSET, '-c', cpus.join(','), ...argv];
}

/**
 * A command that gets SIGTERM when the runner dies, however it dies (PR_SET_PDEATHSIG, prctl(2)). The guardian does more, and
 * for the whole tree; this costs nothing, needs no other process, and is there when runner and guardian are killed at once.
 */
export function dyingWithRunner(argv: readonly string[], isForeign = false): string[] {
  if (SETPRIV === null) return [...argv];
  // Code of others gains nothing by starting a program that is another user's when it runs (sudo, su).
  return [SETPRIV, '--pdeathsig', 'TERM', ...(isForeign ? ['--no-new-privs'] : []), ...argv];
}

/** The program `setpriv` (util-linux), where it knows the option (since 2.33). */
const SETPRIV: string | null = workingSetpriv();

function workingSetpriv(): string | null {
  const path = process.platform === 'linux' ? onPath('setpriv') : null;
  if (path === null) return null;
  return spawnSync(path, ['--pdeathsig', 'TERM', 'true'], { stdio: 'ignore' }).status === 0 ? path : null;
}

/** Moves every thread of this process to the given cores; false where that is not supported. */
export function pinSelf(cpus: readonly number[]): boolean {
  if (TASKSET === null || cpus.length === 0) return false;
  const done = spawnSync(TASKSET, ['-a', '-c', '-p', cpus.join(','), String(process.pid)], { stdio: 'ignore' });
  return done.status === 0;
}
