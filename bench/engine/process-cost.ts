import { readFileSync } from 'node:fs';

/** Linux counts CPU time in ticks of 1/100 s (USER_HZ, fixed in its interface). */
const TICKS_PER_S = 100;
const SAMPLE_MS = 100;
/** Start-up is left out: what counts is the cost of a request. */
const SKIP_MS = 1200;

export interface ProcessCost {
  /** CPU seconds per second of wall time. */
  readonly cpu_share: number;
  readonly rss_peak_mb: number;
}

interface Sample {
  readonly at: number;
  readonly cpuS: number;
  readonly rssMb: number;
}

function sample(pid: number): Sample | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    return {
      at: performance.now(),
      cpuS: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S,
      rssMb: Number(peak ?? 0) / 1024,
    };
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
    if (taken !== null && taken.rssMb > 0) samples.push(taken);
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
        rss_peak_mb: Math.max(0, ...samples.map(({ rssMb }) => rssMb)),
      };
    },
  };
}
