import { setTimeout as delay } from 'node:timers/promises';
import type { BoundedGroup } from '../bounded-group.ts';
import { LimitWatch, limitsNow } from '../limits.ts';
import type { RunAs } from '../run-as.ts';
import { entriesOfUser } from '../user-files.ts';
import { freeMb, roomOf } from './disk-room.ts';

/** What fetching, checking out and building one commit may use, each command of it for itself. */
export interface BuildLimits {
  readonly time_ms: number;
  /** Left out: as a server's, a share of what the host has left. */
  readonly memory_mb?: number | undefined;
  readonly processes: number;
  /** Room on disk, in MiB, and the number of files and folders: each takes room of its own in the file system. */
  readonly disk_mb: number;
  readonly files: number;
  /** What the disk must have left: the results of trials need it. */
  readonly reserve_mb: number;
}

/** An application with all its dependencies takes some hundreds of MiB and 50,000 files, and minutes on a slow network. */
export const BUILD_LIMITS: BuildLimits = {
  time_ms: 600_000,
  processes: 512,
  disk_mb: 4_096,
  files: 500_000,
  reserve_mb: 256,
};

/** Between two looks at the disk, each of which walks the tree: a fast disk takes some hundred MiB meanwhile. */
const LOOK_MS = 250;

export interface Watched {
  readonly runAs: RunAs | null;
  readonly limits: BuildLimits;
  readonly folders: readonly string[];
  /** When it began, by this host's clock (ms). */
  readonly sinceMs: number;
}

export interface BuildWatch extends Disposable {
  /** Looks at the disk once more, at the end of a command that was over before anyone had looked. */
  lastLook(): Promise<void>;
}

/** Ends a command at once that uses more memory, processes or room on disk than it may; disposed of, it looks no more. */
export function watchBuild(group: BoundedGroup, watched: Watched): BuildWatch {
  const { memory_mb, processes } = watched.limits;
  const memory = new LimitWatch(group, limitsNow({ memory_mb: memory_mb ?? null, processes }), 'The command');
  const stopped = new AbortController();
  void watchDisk(group, watched, stopped.signal);
  return {
    lastLook: async () => void (await lookAtDisk(group, watched, stopped.signal)),
    [Symbol.dispose]: () => {
      memory.stop();
      stopped.abort();
    },
  };
}

/** Nobody waits for it: whatever goes wrong with a look, the next one comes. */
async function watchDisk(group: BoundedGroup, watched: Watched, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && (await lookAtDisk(group, watched, signal)))
    await delay(LOOK_MS, undefined, { signal }).catch(() => undefined);
}

/** Whether it is within its limits; else it is ended. */
async function lookAtDisk(group: BoundedGroup, watched: Watched, signal: AbortSignal): Promise<boolean> {
  const says = await tooMuchRoom(watched, signal).catch(() => null);
  if (says === null || signal.aborted) return true;
  group.end({ reason: 'disk-limit', says });
  return false;
}

/** In a sentence for people; null: it is within its limits. */
async function tooMuchRoom({ runAs, limits, folders, sinceMs }: Watched, signal: AbortSignal): Promise<string | null> {
  const [first = '/'] = folders;
  if (freeMb(first) < limits.reserve_mb)
    return `The disk has less than ${limits.reserve_mb} MiB left, which results need.`;
  const elsewhere = runAs === null ? [] : entriesOfUser(runAs.uid, sinceMs);
  const { mb, files, tooDeep } = await roomOf([...folders, ...elsewhere], signal);
  if (tooDeep) return 'The command nested folders deeper than a path may be long.';
  if (mb > limits.disk_mb) return `The command took ${Math.round(mb)} MiB on disk; ${limits.disk_mb} MiB were allowed.`;
  if (files > limits.files) return `The command made ${files} files; ${limits.files} were allowed.`;
  return null;
}
