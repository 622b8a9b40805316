import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The program `taskset` (util-linux), which pins a process to cores; null: not supported here. */
export const TASKSET: string | null = process.platform === 'linux' ? onPath('taskset') : null;

function onPath(program: string): string | null {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, program);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      continue;
    }
  }
  return null;
}

/** A command that runs on the given cores only. taskset replaces itself by the command: the pid is the server's. */
export function pinned(argv: readonly string[], cpus: readonly number[]): string[] {
  return TASKSET === null || cpus.length === 0 ? [...argv] : [TASKSET, '-c', cpus.join(','), ...argv];
}

/** Moves every thread of this process to the given cores; false where that is not supported. */
export function pinSelf(cpus: readonly number[]): boolean {
  if (TASKSET === null || cpus.length === 0) return false;
  const done = spawnSync(TASKSET, ['-a', '-c', '-p', cpus.join(','), String(process.pid)], { stdio: 'ignore' });
  return done.status === 0;
}
