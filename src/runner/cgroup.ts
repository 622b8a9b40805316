import { mkdirSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { readText } from './read-text.ts';

/**
 * A control group of a trial's own (cgroups(7), version 2). Whatever a server forks stays in it, whatever session, parent or
 * environment it gives itself; and the kernel ends all of it in one step, also what forks faster than anyone can look.
 * No controller is used, so nothing of what runs in it is limited or slowed.
 */
const PREFIX = 'benchwright-';

/** Makes one and returns its folder. Null: not supported here (no cgroup 2, or this user may not; containers mostly). */
export function makeCgroup(name: string, parent: string | null = PARENT): string | null {
  if (parent === null) return null;
  const folder = join(parent, `${PREFIX}${name}`);
  try {
    mkdirSync(folder);
    // The kernel would account for stalls of this group too, at each switch between processes.
    write(folder, 'cgroup.pressure', '0');
    return folder;
  } catch {
    return null;
  }
}

/** Moves a process into it; its children are born there. False: it was refused. */
export const joinCgroup = (folder: string, pid: number): boolean => write(folder, 'cgroup.procs', String(pid));

/** Its living processes. */
export function cgroupPids(folder: string): number[] {
  return [folder, ...groupsBelow(folder)].flatMap((each) =>
    (readText(join(each, 'cgroup.procs')) ?? '').split('\n').filter(Boolean).map(Number),
  );
}

/** SIGKILL to all in it, at once, forks under way included. False: the kernel is older than 5.14, or refuses. */
export const killCgroup = (folder: string): boolean => write(folder, 'cgroup.kill', '1');

/** Takes it away when it is empty; one with processes stays. */
export function removeCgroup(folder: string): void {
  for (const each of [...groupsBelow(folder).reverse(), folder]) {
    try {
      rmdirSync(each);
    } catch {
      // Not empty, or gone already.
    }
  }
}

/** Those that runners of this owner made beside this process. */
export function cgroupsOf(owner: string): string[] {
  return PARENT === null ? [] : foldersIn(PARENT).filter((path) => path.startsWith(join(PARENT, `${PREFIX}${owner}.`)));
}

/** The group that this process is in: only below it may groups be made. */
const PARENT = ownCgroup();

function ownCgroup(): string | null {
  const mount = /^\S+ \S+ \S+ (\/\S*) (\/\S*) .* - cgroup2 /m.exec(readText('/proc/self/mountinfo') ?? '');
  const own = /^0::(\/.*)$/m.exec(readText('/proc/self/cgroup') ?? '')?.[1];
  if (mount === null || own === undefined) return null;
  const [, root = '/', at = ''] = mount;
  const below = relative(root, own);
  // Outside of what this container shows.
  return below.startsWith('..') || own.includes('..') ? null : join(at, below);
}

function groupsBelow(folder: string): string[] {
  return foldersIn(folder).flatMap((each) => [each, ...groupsBelow(each)]);
}

function foldersIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? [join(folder, entry.name)] : [],
    );
  } catch {
    return [];
  }
}

function write(folder: string, file: string, text: string): boolean {
  try {
    writeFileSync(join(folder, file), text);
    return true;
  } catch {
    return false;
  }
}
