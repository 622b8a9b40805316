import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Fewer, larger young generations: a scavenge in the middle of a turn is a pause that the answers wait for. */
const NODE_FLAGS = ['--max-semi-space-size=16'];

function findTaskset(): string | null {
  if (process.platform !== 'linux') return null;
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    try {
      accessSync(join(folder, 'taskset'), constants.X_OK);
      return join(folder, 'taskset');
    } catch {
      // Not in this folder.
    }
  }
  return null;
}

/**
 * Starts one of the engine's own scripts as a child process, from the sources in a checkout and from `dist` in a package.
 * `cpus`: pins it to these cores where taskset exists; taskset becomes the script's process, so the pid is the script's.
 */
export function spawnScript(name: string, cpus: readonly number[] | undefined): ChildProcess {
  const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
  const script = fileURLToPath(new URL(`./${name}${extension}`, import.meta.url));
  const node = [process.execPath, ...NODE_FLAGS, script];
  const taskset = cpus === undefined || cpus.length === 0 ? null : findTaskset();
  const argv = taskset === null ? node : [taskset, '-c', (cpus ?? []).join(','), ...node];
  return spawn(argv[0] as string, argv.slice(1), { stdio: ['pipe', 'pipe', 'pipe'] });
}
