import { loadavg } from 'node:os';
import { type ProcessRow, readProcesses, withDescendants } from '../process-table.ts';
import type { ProcessTree } from '../process-tree.ts';
import { type HostCpu, readHostCpu } from './cpu.ts';
import { readTcpCounters, type TcpCounters } from './tcp.ts';
import { PAGE_MB, TICKS_PER_S } from './units.ts';

export interface ProcessUse {
  readonly pid: number;
  readonly start: number;
  readonly cpu_s: number;
  readonly rss_mb: number;
}

/** Counters at one moment. What happened between two of them is their difference. */
export interface Snapshot {
  /** On the runner's monotonic clock. */
  readonly at_ms: number;
  readonly host: HostCpu;
  readonly server: readonly ProcessUse[];
  readonly generator: readonly ProcessUse[];
  /** The runner itself, with what else it started. */
  readonly own: readonly ProcessUse[];
  readonly load_1m: number;
  readonly tcp: TcpCounters | null;
}

/** Null: not supported here (no `/proc`). */
export function takeSnapshot(tree: ProcessTree, generatorPid: number | null): Snapshot | null {
  const host = readHostCpu();
  if (host === null) return null;
  const rows = readProcesses();
  const server = tree.members(rows);
  const serverPids = new Set(server.map((row) => row.pid));
  const generator = withDescendants(rows, new Set(generatorPid === null ? [] : [generatorPid]));
  const own = withDescendants(rows, new Set([process.pid]));
  return {
    at_ms: performance.now(),
    host,
    server: server.map(useOf),
    generator: rows.filter((row) => generator.has(row.pid)).map(useOf),
    own: rows.filter((row) => own.has(row.pid) && !serverPids.has(row.pid) && !generator.has(row.pid)).map(useOf),
    load_1m: loadavg()[0] ?? 0,
    tcp: readTcpCounters(),
  };
}

function useOf(row: ProcessRow): ProcessUse {
  return { pid: row.pid, start: row.start, cpu_s: row.cpu_ticks / TICKS_PER_S, rss_mb: row.rss_pages * PAGE_MB };
}

/** CPU seconds of each process between two snapshots. One that began in between spent all of its time there. */
export function cpuBetween(
  from: readonly ProcessUse[],
  to: readonly ProcessUse[],
): { pid: number; cpu_s: number; rss_mb: number }[] {
  const before = new Map(from.map((use) => [`${use.pid}/${use.start}`, use.cpu_s]));
  return to.map(({ pid, start, cpu_s, rss_mb }) => ({
    pid,
    cpu_s: cpu_s - (before.get(`${pid}/${start}`) ?? 0),
    rss_mb,
  }));
}
