import { readText } from '../../../../src/runner/read-text.ts';

/**
 * For how long the main thread of a process has been ready to run and had no core (schedstat of proc(5), in ns there), in ms; null where
 * the kernel does not count it or the process is gone. Who had the core instead does not matter: another process, or threads of its own.
 */
export function runDelayMs(pid: number): number | null {
  const delay = Number(readText(`/proc/${pid}/schedstat`)?.split(' ')[1] ?? Number.NaN);
  return Number.isNaN(delay) ? null : delay / 1e6;
}
