import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Collections are pauses that answers wait for. Nearly nothing that the engine makes lives long, so a young generation of
 * 16 MiB from the start (V8 begins with 1 and does not let it grow) makes them some 15 times rarer; helper threads of the
 * collector would only compete with the engine for its one core.
 */
const NODE_FLAGS = ['--min-semi-space-size=16', '--max-semi-space-size=16', '--single-threaded-gc'];

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
