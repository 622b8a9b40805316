import type { Observation, ObservedSecond } from '../../core/trial-result.ts';
import { cpuBetween, type ProcessUse, type Snapshot } from './snapshot.ts';
import { tcpDifference } from './tcp.ts';

/** The bounds of the result's schema; a server of more processes has its busiest listed. */
const MAX_PROCESSES = 512;
const MAX_SECONDS = 7200;

export interface Observed {
  /** On the runner's clock: when the run of the load engine began. */
  readonly origin_ms: number;
  /** Before the load. */
  readonly idle: Snapshot | null;
  /** Each second, in order. */
  readonly seconds: readonly Snapshot[];
  readonly windowStart: Snapshot | null;
  readonly windowEnd: Snapshot | null;
}

/** What was observed, as it is stored; null where the platform shows nothing or nothing was run. */
export function observationOf(observed: Observed): Observation | null {
  const { idle, seconds, windowStart } = observed;
  if (idle === null) return null;
  // A server that died has no last snapshot of its own: the last one that saw it stands for the window's end.
  const end = observed.windowEnd ?? seconds.findLast((snapshot) => snapshot.server.length > 0) ?? null;
  const window =
    windowStart !== null && end !== null && end.at_ms > windowStart.at_ms ? { from: windowStart, to: end } : null;
  const whole = window ? between(window.from, window.to) : null;
  const inWindow = window ? [window.from, ...seconds.filter((each) => within(each, window)), window.to] : [];
  return {
    seconds: rows(observed).slice(0, MAX_SECONDS),
    server_cpu_s: whole === null ? 0 : whole.server_cpu * whole.elapsed_s,
    server_rss_idle_mb: rss(idle.server),
    server_rss_peak_mb: inWindow.length === 0 ? null : Math.max(...inWindow.map((each) => rss(each.server))),
    processes_busy: (whole?.processes ?? [])
      .map((each) => each.cpu)
      .filter((cpu) => cpu > 0)
      .sort((a, b) => b - a)
      .slice(0, MAX_PROCESSES),
    steal: whole?.steal ?? 0,
    foreign_cpu: foreignIn(inWindow),
    tcp: window === null ? null : tcpDifference(window.from.tcp, window.to.tcp),
  };
}

/**
 * Others' CPU in the window, in cores. The engine may be gone before the end of its window is looked at; what it had used would be taken
 * for others'. So the last snapshot counts that still saw it; 0 where no later one than the first did.
 */
function foreignIn(inWindow: readonly Snapshot[]): number {
  const [from] = inWindow;
  const to = inWindow.findLast(({ generator }) => generator.length > 0) ?? inWindow.at(-1);
  return from === undefined || to === undefined || to === from ? 0 : between(from, to).foreign_cpu;
}

const within = (each: Snapshot, window: { from: Snapshot; to: Snapshot }): boolean =>
  each.at_ms > window.from.at_ms && each.at_ms < window.to.at_ms;

const rss = (uses: readonly ProcessUse[]): number => uses.reduce((sum, use) => sum + use.rss_mb, 0);

function rows({ origin_ms, seconds }: Observed): ObservedSecond[] {
  return seconds.slice(1).flatMap((to, i): ObservedSecond[] => {
    const from = seconds[i];
    if (from === undefined) return [];
    const { elapsed_s: _, processes, ...row } = between(from, to);
    return [
      {
        t_s: Math.round((from.at_ms - origin_ms) / 1000),
        ...row,
        processes: processes.sort((a, b) => b.cpu - a.cpu).slice(0, MAX_PROCESSES),
        load_1m: to.load_1m,
      },
    ];
  });
}

/** Rates between two snapshots: CPU in cores, steal as a share of all cores. */
function between(from: Snapshot, to: Snapshot): Omit<ObservedSecond, 't_s' | 'load_1m'> & { elapsed_s: number } {
  const elapsed_s = Math.max(0.001, (to.at_ms - from.at_ms) / 1000);
  const cpu = (a: readonly ProcessUse[], b: readonly ProcessUse[]): number =>
    cpuBetween(a, b).reduce((sum, use) => sum + use.cpu_s, 0) / elapsed_s;
  const host = { from: from.host.all, to: to.host.all };
  const ticks = host.to.total - host.from.total;
  const cores = to.host.cores.length;
  const server_cpu = cpu(from.server, to.server);
  const generator_cpu = cpu(from.generator, to.generator);
  // In ticks of all cores together: so its unit needs neither the length of a tick nor the runner's clock.
  const work = ticks > 0 ? ((host.to.work - host.from.work) / ticks) * cores : 0;
  return {
    elapsed_s,
    server_cpu,
    server_rss_mb: rss(to.server),
    processes: cpuBetween(from.server, to.server).map((use) => ({
      pid: use.pid,
      cpu: Math.max(0, use.cpu_s / elapsed_s),
      rss_mb: use.rss_mb,
    })),
    generator_cpu,
    cores_busy: to.host.cores.map((core, i) => share(from.host.cores[i], core)),
    steal: ticks > 0 ? (host.to.steal - host.from.steal) / ticks : 0,
    foreign_cpu: Math.max(0, work - server_cpu - generator_cpu - cpu(from.own, to.own)),
  };
}

function share(from: { busy: number; total: number } | undefined, to: { busy: number; total: number }): number {
  const total = to.total - (from?.total ?? 0);
  return total > 0 ? Math.min(1, Math.max(0, (to.busy - (from?.busy ?? 0)) / total)) : 0;
}
