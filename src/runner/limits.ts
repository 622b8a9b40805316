import type { BoundedGroup } from './bounded-group.ts';
import { PAGE_MB } from './observe/units.ts';
import { availableMb } from './oom.ts';
import { readProcesses } from './process-table.ts';

/** What the process tree of a server, or of a build, may use. */
export interface ServerLimits {
  /** Resident memory, in MiB; null: unbounded, where the platform shows no memory. */
  readonly memory_mb: number | null;
  readonly processes: number;
}

/** Of the memory that is available when the server starts: the rest is for generator, runner and kernel, and for the second
 * between two looks. */
const MEMORY_SHARE = 0.8;
/** Far above any server with a worker per core, and below what would exhaust the numbers of processes (32,768). */
const MAX_PROCESSES = 1024;
const LOOK_MS = 1_000;
/** Whoever watches the server each second looks for us: then the own look, a reading of the whole process table, is spared. */
const FRESH_MS = 1_500;

/** The limits of a trial that starts now; what is given overrides. */
export function limitsNow(given: Partial<ServerLimits>): ServerLimits {
  const available = availableMb();
  return {
    memory_mb: given.memory_mb ?? (available === null ? null : available * MEMORY_SHARE),
    processes: given.processes ?? MAX_PROCESSES,
  };
}

/**
 * Looks each second at the memory and processes of a server or a build, and ends it at once when it is over a limit. What is counted is
 * resident memory, pages that processes share in each of them. rlimits (setrlimit(2)) would not do: those on address space
 * break runtimes that reserve more than they use, and the one on processes counts all of a user's.
 */
export class LimitWatch {
  readonly #group: Pick<BoundedGroup, 'tree' | 'end'>;
  readonly #limits: ServerLimits;
  readonly #what: string;
  readonly #timer: NodeJS.Timeout;
  #seenAt = 0;

  /** `what` begins the sentence about a limit that it broke. */
  constructor(group: Pick<BoundedGroup, 'tree' | 'end'>, limits: ServerLimits, what = 'The server') {
    this.#group = group;
    this.#limits = limits;
    this.#what = what;
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
  }

  /** Its processes now. */
  saw(processes: readonly { readonly rss_mb: number }[]): void {
    this.#seenAt = performance.now();
    const { memory_mb, processes: most } = this.#limits;
    const used = processes.reduce((sum, each) => sum + each.rss_mb, 0);
    if (memory_mb !== null && used > memory_mb) {
      const says = `${this.#what} used ${Math.round(used)} MiB of memory; ${Math.round(memory_mb)} MiB were allowed.`;
      this.#group.end({ reason: 'memory-limit', says });
    } else if (processes.length > most) {
      const says = `${this.#what} had ${processes.length} processes; ${most} were allowed.`;
      this.#group.end({ reason: 'process-limit', says });
    }
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    if (performance.now() - this.#seenAt < FRESH_MS) return;
    const rows = this.#group.tree.members(readProcesses());
    this.saw(rows.map((row) => ({ rss_mb: row.rss_pages * PAGE_MB })));
  }
}
