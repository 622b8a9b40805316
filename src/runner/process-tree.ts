import { readText } from './read-text.ts';
import { type ProcessRow, readProcesses, withDescendants } from './process-table.ts';

/** Set in the environment of every server: what carries it belongs to the trial, whatever group or parent it has. */
export const MARKER = 'BENCHWRIGHT_TRIAL';

/**
 * The processes of one server: its leader, its group, all that descends from them, and what only the marker gives away
 * (a grandchild with a session of its own whose parent has died). What was once seen stays a member until it is gone.
 */
export class ProcessTree {
  readonly #leader: number;
  readonly #marker: string;
  #known = new Map<number, number>();

  constructor(leader: number, trialId: string) {
    this.#leader = leader;
    this.#marker = `${MARKER}=${trialId}`;
  }

  /** Its living members now. `thorough` also reads the environment of every process. */
  members(rows: readonly ProcessRow[] = readProcesses(), thorough = false): ProcessRow[] {
    const roots = rows.filter(
      (row) =>
        this.#known.get(row.pid) === row.start ||
        row.pgrp === this.#leader ||
        (row.pid === this.#leader && !this.#known.has(row.pid)) ||
        (thorough && row.pid !== process.pid && this.#isMarked(row.pid)),
    );
    const pids = withDescendants(rows, new Set(roots.map((row) => row.pid)));
    const found = rows.filter((row) => pids.has(row.pid));
    this.#known = new Map(found.map((row) => [row.pid, row.start]));
    return found;
  }

  #isMarked(pid: number): boolean {
    return readText(`/proc/${pid}/environ`)?.split('\0').includes(this.#marker) ?? false;
  }
}
