import { readFileSync } from 'node:fs';

/** A process beyond its pid, which is reused: when it started and in which boot of the machine. Null where the platform does not say. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks from boot to its start, as /proc/PID/stat has it. */
  readonly started: string | null;
  readonly boot_id: string | null;
}

export function identify(pid: number): ProcessIdentity {
  return { pid, started: startedOf(pid), boot_id: contentOf('/proc/sys/kernel/random/boot_id')?.trim() ?? null };
}

/** A process that has ended but was not waited for (state Z) still has its pid; it holds nothing any more. */
function hasEnded(pid: number): boolean {
  return statAfterCommand(pid)[0] === 'Z';
}

/** Whether that very process still lives. What the platform does not say counts as equal: better refuse than share. */
export function isAlive(process: ProcessIdentity): boolean {
  if (!exists(process.pid) || hasEnded(process.pid)) return false;
  const now = identify(process.pid);
  return same(process.started, now.started) && same(process.boot_id, now.boot_id);
}

function same(a: string | null, b: string | null): boolean {
  return a === null || b === null || a === b;
}

function exists(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, and is somebody else's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Field 22 of /proc/PID/stat. */
function startedOf(pid: number): string | null {
  return statAfterCommand(pid)[19] ?? null;
}

/** The fields from the third on: the second is the command in parentheses, and may hold spaces and parentheses itself. */
function statAfterCommand(pid: number): string[] {
  const stat = contentOf(`/proc/${pid}/stat`);
  return stat === null ? [] : stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function contentOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
