import { cgroupPids } from './cgroup.ts';
import { readText } from './read-text.ts';
import { type ProcessRow, readProcesses, userOf, withDescendants } from './process-table.ts';

/** Set in the environment of every server: what carries it belongs to the trial, whatever group or parent it has. */
export const MARKER = 'BENCHWRIGHT_TRIAL';

/** Number and start (clock ticks since boot) name a process for good. */
export type ProcessName = Pick<ProcessRow, 'pid' | 'start'>;

export interface TreeRoots {
  /** Leads a process group of its own; null: it is not known. */
  readonly leader: ProcessName | null;
  readonly trialId: string;
  /** The folder of the control group that holds all of it; null: there is none. */
  readonly cgroup: string | null;
  /** Of a user that runs nothing else: whatever of it began after the leader is a member. Left out or null: no such user. */
  readonly uid?: number | null | undefined;
  /** Called with all of its living members when there are new ones. */
  readonly onSeen?: ((members: readonly ProcessName[]) => void) | undefined;
}

/**
 * The processes of one server: its leader, its group, all that descends from them, what is in its control group, and what
 * only the marker or its user gives away (a grandchild with a session of its own whose parent has died). What was once seen stays
 * a member until it is gone.
 */
export class ProcessTree {
  readonly leader: ProcessName | null;
  readonly cgroup: string | null;
  readonly #marker: string;
  readonly #uid: number | null;
  readonly #onSeen: TreeRoots['onSeen'];
  #known = new Map<number, number>();

  constructor({ leader, trialId, cgroup, uid, onSeen }: TreeRoots) {
    this.leader = leader;
    this.cgroup = cgroup;
    this.#marker = `${MARKER}=${trialId}`;
    this.#uid = uid ?? null;
    this.#onSeen = onSeen;
    if (leader !== null) this.adopt(leader);
  }

  /** From now on a member, whatever it descends from. */
  adopt({ pid, start }: ProcessName): void {
    this.#known.set(pid, start);
  }

  /** Its living members now. `thorough` also reads the environment of every process */
  members(rows: readonly ProcessRow[] = readProcesses(), thorough = false): ProcessRow[] {
    const contained = new Set(this.cgroup === null ? [] : cgroupPids(this.cgroup));
    const roots = rows.filter(
      (row) =>
        this.#known.get(row.pid) === row.start ||
        contained.has(row.pid) ||
        this.#isInGroup(row) ||
        this.#isOfUser(row) ||
        (thorough && row.pid !== process.pid && isMarked(row.pid, this.#marker)),
    );
    const pids = withDescendants(rows, new Set(roots.map((row) => row.pid)));
    const found = rows.filter((row) => pids.has(row.pid));
    const before = this.#known;
    this.#known = new Map(found.map((row) => [row.pid, row.start]));
    if (found.some((row) => before.get(row.pid) !== row.start)) this.#onSeen?.(found);
    return found;
  }

  /** The number of a group that has died out may be given to another, but not to an older one. */
  #isInGroup(row: ProcessRow): boolean {
    return this.leader !== null && row.pgrp === this.leader.pid && row.start >= this.leader.start;
  }

  #isOfUser(row: ProcessRow): boolean {
    if (this.#uid === null || this.leader === null || row.start < this.leader.start) return false;
    return userOf(row.pid) === this.#uid;
  }
}

/** Whether the environment that a process was started with has an entry. */
function isMarked(pid: number, entry: string): boolean {
  return environmentOf(pid).includes(entry);
}

/** As it was when the process started its program; empty when it is gone or another user's. */
export function environmentOf(pid: number): string[] {
  return readText(`/proc/${pid}/environ`)?.split('\0') ?? [];
}
