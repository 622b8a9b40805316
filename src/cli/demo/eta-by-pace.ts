interface EtaByPace {
  /** A trial has started. */
  started(): void;
  /** A trial has ended, the given number of them in all. */
  ended(done: number): void;
  /** Seconds until all are done. Never grows while a trial is under way. */
  left(done: number): number;
}

/**
 * Seconds until the end: each trial that is left takes as long as those before it took on average, from the start of the first to the
 * end of the last, and the one under way is taken to be as far as its time. Before any has ended, the estimate is all there is.
 */
export function etaByPace(
  matrix: { readonly trials: number; readonly estimated_s: number },
  now: () => number,
): EtaByPace {
  let firstAt: number | null = null;
  let startedAt: number | null = null;
  let eachMs = (matrix.estimated_s * 1000) / Math.max(1, matrix.trials);
  return {
    started() {
      startedAt = now();
      firstAt ??= startedAt;
    },
    ended(done) {
      if (firstAt !== null && done > 0) eachMs = (now() - firstAt) / done;
      startedAt = null;
    },
    left(done) {
      const underWayMs = startedAt === null ? 0 : Math.min(eachMs, now() - startedAt);
      return Math.max(0, eachMs * (matrix.trials - done) - underWayMs) / 1000;
    },
  };
}
