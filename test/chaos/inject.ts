import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Random } from '../../src/core/random.ts';
import { type ProcessRow, readProcesses, withDescendants } from '../../src/runner/process-table.ts';
import { MARKER } from '../../src/runner/process-tree.ts';
import { readText } from '../../src/runner/read-text.ts';
import type { Kind } from './faults.ts';
import type { World } from './world.ts';

/** Mostly shorter than a lease, now and then longer. */
const SHORT_MS = { least: 100, most: 2_500 };
const LONG_MS = 10_000;
const LONG_SHARE = 0.05;
/** A generator that stands still for longer than its time-outs is ended by the runner, which is another test's matter. */
const MOST_OF_LOAD_MS = 1_500;
const MOST_CUT_MS = 2_000;

const between = (least: number, most: number, random: Random): number => least + (most - least) * random();

/** Does it, if what it is done to is there now; says what was done, or null. */
export function inject(world: World, kind: Kind, random: Random): string | null {
  const [action, part] = kind.split(' ') as [string, string];
  if (action === 'cut') return cut(world, part, random);
  if (part === 'generator' || part === 'server') {
    const pids = part === 'server' ? serversOf(world) : generatorsOf(world);
    const pid = pids[Math.floor(random() * pids.length)];
    if (pid === undefined) return null;
    return action === 'kill' ? kill(pid) : freeze(pid, between(SHORT_MS.least, MOST_OF_LOAD_MS, random));
  }
  const component = [world.api, world.database, world.runner].find(({ name }) => name === part);
  if (component === undefined) throw new RangeError(`no such part: ${part}`);
  const { pid } = component;
  if (action === 'kill') return component.kill() ? `${pid}` : null;
  const ms = random() < LONG_SHARE ? LONG_MS : between(SHORT_MS.least, SHORT_MS.most, random);
  return component.freeze(ms) ? `${pid} for ${Math.round(ms)} ms` : null;
}

function cut(world: World, part: string, random: Random): string | null {
  if (part === 'server') {
    const pids = serversOf(world);
    for (const pid of pids) signal(pid, 'SIGUSR2');
    return pids.length > 0 ? pids.join(', ') : null;
  }
  const ms = random() < 0.5 ? 0 : between(0, MOST_CUT_MS, random);
  if (part !== 'database') world.toApi.cut(ms);
  if (part !== 'runner') world.toDatabase.cut(ms);
  return `for ${Math.round(ms)} ms`;
}

function kill(pid: number): string | null {
  return signal(pid, 'SIGKILL') ? String(pid) : null;
}

function freeze(pid: number, ms: number): string | null {
  if (!signal(pid, 'SIGSTOP')) return null;
  setTimeout(() => signal(pid, 'SIGCONT'), ms);
  return `${pid} for ${Math.round(ms)} ms`;
}

function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

/** The engine, or with it its null server; neither taskset, which becomes it, nor one that has not yet its own command line. */
function generatorsOf({ runner }: World): number[] {
  if (runner.pid === null) return [];
  const rows = readProcesses();
  const own = withDescendants(rows, new Set([runner.pid]));
  return rows
    .filter((row) => own.has(row.pid) && /\/load\/(?:main|null-server-main)\.ts/.test(commandOf(row)))
    .map(pidOf);
}

/** The program itself, not what guards or pins it. */
function serversOf(world: World): number[] {
  const marker = `${MARKER}=${hostOf(world)}.`;
  return readProcesses()
    .filter((row) => /^\S*node\S* steady\.js /.test(commandOf(row)))
    .filter(
      (row) =>
        readText(`/proc/${row.pid}/environ`)
          ?.split('\0')
          .some((entry) => entry.startsWith(marker)) ?? false,
    )
    .map(pidOf);
}

const pidOf = (row: ProcessRow): number => row.pid;
const commandOf = (row: ProcessRow): string => readText(`/proc/${row.pid}/cmdline`)?.replaceAll('\0', ' ') ?? '';

function hostOf({ runnerFolder }: World): string {
  const { host_id } = JSON.parse(readFileSync(join(runnerFolder, 'host-id.json'), 'utf8')) as { host_id: string };
  return host_id;
}
