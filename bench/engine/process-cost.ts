import { readFileSync } from 'node:fs';

/** Linux counts CPU time in ticks of 1/100 s (USER_HZ, fixed in its interface). */
const TICKS_PER_S = 100;
const SAMPLE_MS = 100;
/** Start-up is left out: what counts is the cost of a request. */
const SKIP_MS = 1200;

export interface ProcessCost {
  /** CPU seconds per second of wall time. */
  readonly cpu_share: number;
  /** In MB (1,000,000 bytes). */
  readonly memory_peak_mb: number;
}

/** MB of a process from a line of its `/proc/PID/status`; null: it is gone, or not a program yet. */
export function memoryMb(pid: number, line: 'VmRSS' | 'VmHWM'): number | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    const kib = new RegExp(`^${line}:\\s+(\\d+) kB`, 'm').exec(status)?.[1];
    return kib === undefined ? null : (Number(kib) * 1024) / 1e6;
  } catch {
    return null;
  }
}

interface Sample {
  readonly at: number;
  readonly cpuS: number;
  readonly peakMb: number;
}

function sample(pid: number): Sample | null {
  const peakMb = memoryMb(pid, 'VmHWM');
  if (peakMb === null) return null;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { at: performance.now(), cpuS: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S, peakMb };
  } catch {
    return null;
  }
}

/** Watches a process until `stop`: its share of a core after start-up, and its peak memory. */
export function watchProcess(pid: number): { stop(): ProcessCost } {
  const samples: Sample[] = [];
  const start = performance.now();
  const timer = setInterval(() => {
    const taken = sample(pid);
    if (taken !== null) samples.push(taken);
  }, SAMPLE_MS);
  return {
    stop() {
      clearInterval(timer);
      const steady = samples.filter(({ at }) => at - start > SKIP_MS);
      const first = steady[0];
      const last = steady.at(-1);
      const wallS = first && last ? (last.at - first.at) / 1000 : 0;
      return {
        cpu_share: first && last && wallS > 0 ? (last.cpuS - first.cpuS) / wallS : Number.NaN,
        memory_peak_mb: Math.max(0, ...samples.map(({ peakMb }) => peakMb)),
      };
    },
  };
}
