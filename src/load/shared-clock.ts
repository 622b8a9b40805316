/**
 * A time that all threads of a process agree on. Each thread's `performance.now` counts from its own beginning; the system's monotonic
 * clock is one for all.
 */
export function sharedNow(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** The same moment on this thread's `performance.now` (ms). */
export function toOwnClock(sharedMs: number): number {
  return sharedMs - sharedNow() + performance.now();
}
