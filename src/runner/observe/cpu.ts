import { readText } from '../read-text.ts';

/** CPU time since boot of one core or of all, in clock ticks (proc_stat(5)). */
export interface CpuTimes {
  /** In processes: user, nice, system. */
  readonly work: number;
  /** `work` and the time in interrupts. */
  readonly busy: number;
  readonly steal: number;
  readonly total: number;
}

export interface HostCpu {
  readonly all: CpuTimes;
  /** By logical CPU, in the kernel's order; offline ones are missing. */
  readonly cores: readonly CpuTimes[];
}

/** Null: not supported here. */
export function readHostCpu(): HostCpu | null {
  return parseHostCpu(readText('/proc/stat') ?? '');
}

export function parseHostCpu(text: string): HostCpu | null {
  const lines = [...text.matchAll(/^cpu(\d*)\s+(.*)$/gm)];
  const all = lines.find(([, name]) => name === '');
  if (all === undefined) return null;
  return {
    all: parseTimes(all[2] ?? ''),
    cores: lines.filter(([, name]) => name !== '').map(([, , fields]) => parseTimes(fields ?? '')),
  };
}

function parseTimes(fields: string): CpuTimes {
  // Guest time is part of user and nice already.
  const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] = fields
    .trim()
    .split(/\s+/)
    .map(Number);
  const work = user + nice + system;
  const busy = work + irq + softirq;
  return { work, busy, steal, total: busy + idle + iowait + steal };
}
