import { readdirSync } from 'node:fs';
import { readText } from '../../../../src/runner/read-text.ts';

/** CPU of a thread, and how long it was ready to run and had no core, in ms (schedstat of proc(5), in ns there). */
function schedstatOf(pid: number, thread: string): { readonly cpu: number; readonly delay: number } | null {
  const [cpu = Number.NaN, delay = Number.NaN] = (readText(`/proc/${pid}/task/${thread}/schedstat`) ?? '')
    .split(' ')
    .map(Number);
  return Number.isNaN(delay) ? null : { cpu: cpu / 1e6, delay: delay / 1e6 };
}

/**
 * For how long the main thread of a process has waited for a core that others had, in ms; null where the kernel does not count it or
 * the process is gone. What its own other threads used meanwhile is left out: on one core they are what it waits for most, above all
 * the compiler's, and that is no disturbance but what the program is like.
 */
export function runDelayMs(pid: number): number | null {
  const main = schedstatOf(pid, String(pid));
  if (main === null) return null;
  const others = threadsOf(pid).filter((thread) => thread !== String(pid));
  return others.reduce((delay, thread) => delay - (schedstatOf(pid, thread)?.cpu ?? 0), main.delay);
}

function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}
