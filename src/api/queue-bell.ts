/** Wakes the long polls of this process when a job may have become claimable. */
export interface QueueBell {
  ring(): void;
  /** Resolves at the next ring, after `ms`, when the signal aborts, or when the bell is closed; true: it rang. */
  wait(ms: number, signal?: AbortSignal): Promise<boolean>;
  /** Every wait ends at once, now and from now on: the service is stopping. */
  close(): void;
  readonly closed: boolean;
}

export function createQueueBell(): QueueBell {
  const waiting = new Set<(rang: boolean) => void>();
  let closed = false;
  const release = (rang: boolean) => {
    for (const wake of waiting) wake(rang);
  };
  return {
    get closed() {
      return closed;
    },
    ring: () => release(true),
    close() {
      closed = true;
      release(false);
    },
    wait(ms, signal) {
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
        waiting.add(done);
      });
    },
  };
}
