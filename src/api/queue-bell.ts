import type { JobDemand } from '../core/offer.ts';

/** Wakes the long polls of this process when a job may have become claimable. */
export interface QueueBell {
  /** For a job that has come to the queue; without one: something may have, nobody knows what. */
  ring(job?: JobDemand): void;
  /**
   * Resolves at the next ring, after `ms`, when the signal aborts, or when the bell is closed; true: it rang. A ring for a job that
   * is no `concern` is not heard: fifty runners need not look at the queue for a job that none of them can have.
   */
  wait(ms: number, signal?: AbortSignal, concern?: (job: JobDemand) => boolean): Promise<boolean>;
  /** Every wait ends at once, now and from now on: the service is stopping. */
  close(): void;
  readonly closed: boolean;
}

export function createQueueBell(): QueueBell {
  const waiting = new Map<(rang: boolean) => void, ((job: JobDemand) => boolean) | undefined>();
  let closed = false;
  return {
    get closed() {
      return closed;
    },
    ring(job) {
      for (const [wake, concern] of waiting) if (!job || !concern || concern(job)) wake(true);
    },
    close() {
      closed = true;
      for (const wake of waiting.keys()) wake(false);
    },
    wait(ms, signal, concern) {
      if (closed || signal?.aborted) return Promise.resolve(false);
      return new Promise((resolve) => {
        const done = (rang: boolean) => {
          clearTimeout(timer);
          signal?.removeEventListener('abort', aborted);
          waiting.delete(done);
          resolve(rang);
        };
        const aborted = () => done(false);
        const timer = setTimeout(done, ms, false);
        signal?.addEventListener('abort', aborted, { once: true });
        waiting.set(done, concern);
      });
    },
  };
}
