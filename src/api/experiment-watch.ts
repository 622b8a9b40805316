import type { Db } from '../db/client.ts';
import { listVersions } from '../db/experiment-versions.ts';
import type { Log } from './deps.ts';

/** Lets many long polls wait for changes of experiments at the price of one query for all of them. */
export interface ExperimentWatch {
  /** Resolves when the experiment has another version than `version` (true), or after `ms`, on abort, or when the watch is closed (false). */
  wait(id: string, version: number, ms: number, signal?: AbortSignal): Promise<boolean>;
  /** Every wait ends at once, now and from now on. */
  close(): Promise<void>;
}

/** A change is seen within half a second, at two queries a second however many wait. */
const EVERY_MS = 500;

interface Waiter {
  readonly version: number;
  readonly done: (changed: boolean) => void;
}

interface WatchOptions {
  readonly db: Db;
  readonly log: Pick<Log, 'error'>;
  readonly every_ms?: number;
}

/**
 * For a process that serves many requests: looks at all watched experiments together. Nothing is held while a poll waits, no
 * connection and no transaction, and nothing is looked at while nobody waits.
 */
export function createExperimentWatch({ db, log, every_ms = EVERY_MS }: WatchOptions): ExperimentWatch {
  const waiting = new Map<string, Set<Waiter>>();
  /** Of the next look; null: none is due. */
  let timer: ReturnType<typeof setTimeout> | null = null;
  /** The look that is under way. */
  let looking: Promise<void> | null = null;
  let closed = false;
  let failing = false;

  const look = async (): Promise<void> => {
    const ids = [...waiting.keys()];
    try {
      const versions = await listVersions(db, ids);
      for (const id of ids) {
        // One that is gone has changed too. Versions only grow: a poll that began during the query may know a newer one.
        const version = versions.get(id) ?? Number.POSITIVE_INFINITY;
        for (const waiter of waiting.get(id) ?? []) if (version > waiter.version) waiter.done(true);
      }
      failing = false;
    } catch (error) {
      if (!failing) log.error({ err: error }, 'watched experiments could not be looked at; it is tried again');
      failing = true;
    }
    looking = null;
    schedule();
  };
  const schedule = (): void => {
    if (timer !== null || looking !== null || closed || waiting.size === 0) return;
    timer = setTimeout(() => {
      timer = null;
      looking = look();
    }, every_ms);
  };
  const unschedule = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
  };

  return {
    wait(id, version, ms, signal) {
      if (closed || signal?.aborted || ms <= 0) return Promise.resolve(false);
      return new Promise((resolve) => {
        const others = waiting.get(id) ?? new Set<Waiter>();
        const done = (changed: boolean): void => {
          clearTimeout(timeout);
          signal?.removeEventListener('abort', unchanged);
          others.delete(waiter);
          if (others.size === 0) waiting.delete(id);
          if (waiting.size === 0) unschedule();
          resolve(changed);
        };
        const unchanged = (): void => done(false);
        const waiter: Waiter = { version, done };
        const timeout = setTimeout(unchanged, ms);
        signal?.addEventListener('abort', unchanged, { once: true });
        waiting.set(id, others.add(waiter));
        schedule();
      });
    },
    async close() {
      closed = true;
      unschedule();
      for (const waiters of waiting.values()) for (const waiter of waiters) waiter.done(false);
      await looking;
    },
  };
}
