/** Which part of a run a thread has. */
export interface Share {
  /** From 0, of `threads`. */
  readonly thread: number;
  readonly threads: number;
}

export const WHOLE: Share = { thread: 0, threads: 1 };

/** How many of `n` things, dealt out in turn, the thread gets; the `i`-th of them has the number `i · threads + thread`. */
export function dealt(n: number, { thread, threads }: Share): number {
  return Math.floor(n / threads) + (thread < n % threads ? 1 : 0);
}
