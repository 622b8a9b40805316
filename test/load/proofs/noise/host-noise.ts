import { type CpuTimes, readHostCpu } from '../../../../src/runner/observe/cpu.ts';
import { readProcesses, withDescendants } from '../../../../src/runner/process-table.ts';
import { readText } from '../../../../src/runner/read-text.ts';

/** What disturbed the host while something was measured: shares of the time of all cores, of the wall for `lag`. */
export interface Noise {
  readonly elapsed_s: number;
  /** Time that the hypervisor gave to others. */
  readonly steal: number;
  /** CPU of processes that are not this one or below it. */
  readonly foreign: number;
  /** Share of the time in which a process that should have run stood still for long. */
  readonly lag: number;
  /** Share of its window in which the engine was ready to run and others had its core. */
  readonly wait: number;
  /** Share of the requests of which the server cannot say when they came: it had not looked for long. */
  readonly blind: number;
  /** What one tick of the kernel's counters is of that time: no share is known better. */
  readonly tick: number;
}

/** CPU of host and of this process with all below it, in clock ticks. */
export interface Counters {
  readonly all: CpuTimes;
  readonly own: number;
}

export interface HostWatch {
  /** A process of the proof stood still for so long, by its own account. */
  stood(ms: number): void;
  /** For this share of its window the engine waited for a core that others had, by the kernel's account. */
  waited(share: number): void;
  /** Of this share of the requests the server cannot say when they came. */
  blind(share: number): void;
  /** Ends the watch. */
  end(): Noise;
}

/** This process looks at the clock so often; more than `LAG_MS` late it stood still. Two spinning processes alone make it wait up to 10 ms. */
const LOOK_MS = 20;
const LAG_MS = 20;

/**
 * Of a process with its ended children (proc_pid_stat(5): utime, stime, cutime, cstime), and of all that live below it: a child that
 * ends between two readings moves from one into the other.
 */
function ownTicks(): number {
  const stat = readText('/proc/self/stat') ?? '';
  // Its name is in parentheses and may hold any character; what follows begins with field 3.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const self = [14, 15, 16, 17].reduce((sum, number) => sum + Number(fields[number - 3] ?? 0), 0);
  const rows = readProcesses();
  const below = withDescendants(rows, new Set([process.pid]));
  return rows.reduce((sum, { pid, cpu_ticks }) => sum + (pid !== process.pid && below.has(pid) ? cpu_ticks : 0), self);
}

/** Null: not supported here. */
export function readCounters(): Counters | null {
  const host = readHostCpu();
  return host === null ? null : { all: host.all, own: ownTicks() };
}

export function noiseBetween(
  from: Counters | null,
  to: Counters | null,
  { stood_ms, ...told }: Pick<Noise, 'elapsed_s' | 'wait' | 'blind'> & { readonly stood_ms: number },
): Noise {
  const { elapsed_s } = told;
  const lag = elapsed_s > 0 ? stood_ms / 1000 / elapsed_s : 0;
  const total = from === null || to === null ? 0 : to.all.total - from.all.total;
  if (from === null || to === null || total <= 0) return { ...told, steal: 0, foreign: 0, lag, tick: 0 };
  const foreign = to.all.work - from.all.work - (to.own - from.own);
  return {
    ...told,
    steal: (to.all.steal - from.all.steal) / total,
    foreign: Math.max(0, foreign) / total,
    lag,
    tick: 1 / total,
  };
}

/** Watches from now on. */
export function watchHost(): HostWatch {
  const begun = performance.now();
  const from = readCounters();
  let stood_ms = 0;
  let wait = 0;
  let blind = 0;
  let last = performance.now();
  const look = setInterval(() => {
    const now = performance.now();
    if (now - last - LOOK_MS > LAG_MS) stood_ms += now - last - LOOK_MS;
    last = now;
  }, LOOK_MS);
  look.unref();
  return {
    stood: (ms) => void (stood_ms += ms),
    waited: (share) => void (wait = Math.max(wait, share)),
    blind: (share) => void (blind = Math.max(blind, share)),
    end: () => {
      clearInterval(look);
      const elapsed_s = (performance.now() - begun) / 1000;
      return noiseBetween(from, readCounters(), { elapsed_s, stood_ms, wait, blind });
    },
  };
}
