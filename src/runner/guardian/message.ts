import type { ProcessName } from '../process-tree.ts';

/** What the guardian has to know of a process tree to end it. */
export interface GuardedState {
  /** The trial's id, which its processes carry in their environment. */
  readonly id: string;
  /** Removed when its processes have ended; null: nothing to remove. */
  readonly folder: string | null;
  /** From SIGTERM to SIGKILL. */
  readonly grace_ms: number;
  readonly leader: ProcessName | null;
  readonly cgroup: string | null;
  /** Of a user that runs nothing else; null: it runs as the runner. */
  readonly uid: number | null;
  readonly port: number | null;
  /** Members that were seen, and others that must end with them (the load engine). */
  readonly seen: readonly ProcessName[];
}

/** One line of JSON from the runner each. A tree's state replaces what was known of it. */
export type GuardianMessage =
  | { readonly type: 'watch'; readonly tree: GuardedState }
  | { readonly type: 'release'; readonly id: string };
