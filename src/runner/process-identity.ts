import { readFileSync } from 'node:fs';

/** When a process started, in clock ticks since boot: with the boot id it tells a process from a later one of the same pid. */
export function processStart(pid: number): string | null {
  const text = readText(`/proc/${pid}/stat`);
  // The name is in parentheses and may hold any character; field 22 is the 20th after it.
  return text?.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null;
}

export function bootId(): string | null {
  return readText('/proc/sys/kernel/random/boot_id')?.trim() ?? null;
}

/** A small file of the system; null where this platform has none. */
export function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
