import { describe, expect, it } from 'vitest';
import { observationOf } from '../../../src/runner/observe/observation.ts';
import type { ProcessUse, Snapshot } from '../../../src/runner/observe/snapshot.ts';

const use = (pid: number, cpu_s: number, rss_mb = 10): ProcessUse => ({ pid, start: 1, cpu_s, rss_mb });

/** Two cores at 100 ticks a second, of which `work` ticks were work in all since boot. */
function at(
  second: number,
  facts: { work: number; steal?: number; server?: ProcessUse[]; generator?: ProcessUse[] },
): Snapshot {
  const total = 200 * second;
  const core = { work: facts.work / 2, busy: facts.work / 2, steal: 0, total: total / 2 };
  return {
    at_ms: 5000 + second * 1000,
    host: { all: { work: facts.work, busy: facts.work, steal: facts.steal ?? 0, total }, cores: [core, core] },
    server: facts.server ?? [],
    generator: facts.generator ?? [],
    own: [use(99, second * 0.01)],
    load_1m: 1.5,
    tcp: { listen_overflows: second, syn_retransmits: 0, tcp_timeouts: 0 },
  };
}

describe('the observation of a trial', () => {
  const idle = at(0, { work: 0, server: [use(1, 1, 40)] });
  // Each second: server 0.8 s, of it 0.6 in a worker that began then; generator 0.5 s; runner 0.01 s; others 0.09 s.
  const seconds = [0, 1, 2, 3].map((s) =>
    at(s, {
      work: s * 140,
      steal: s * 2,
      server: [use(1, 1 + s * 0.2, 40), use(2, s * 0.6, 20 + 5 * s)],
      generator: [use(50, s * 0.5)],
    }),
  );
  const observed = { origin_ms: 5000, idle, seconds, windowStart: seconds[1] ?? null, windowEnd: seconds[3] ?? null };
  const observation = observationOf(observed);

  it('has a row a second with shares of cores, and others’ CPU as what is left of the host’s', () => {
    const row = observation?.seconds[1];
    expect(observation?.seconds.map((each) => each.t_s)).toEqual([0, 1, 2]);
    expect(row?.server_cpu).toBeCloseTo(0.8, 10);
    expect(row?.generator_cpu).toBeCloseTo(0.5, 10);
    expect(row?.foreign_cpu).toBeCloseTo(1.4 - 0.8 - 0.5 - 0.01, 10);
    expect(row?.cores_busy).toEqual([0.7, 0.7]);
    expect(row?.steal).toBeCloseTo(0.01, 10);
    expect(row?.processes.map((each) => each.pid)).toEqual([2, 1]);
    expect(row?.server_rss_mb).toBe(70);
  });

  it('sums the window from its own two ends', () => {
    expect(observation?.server_cpu_s).toBeCloseTo(1.6, 10);
    expect(observation?.processes_busy.map((busy) => Number(busy.toFixed(9)))).toEqual([0.6, 0.2]);
    expect(observation?.server_rss_idle_mb).toBe(40);
    expect(observation?.server_rss_peak_mb).toBe(75);
    expect(observation?.steal).toBeCloseTo(0.01, 10);
    expect(observation?.tcp).toEqual({ listen_overflows: 2, syn_retransmits: 0, tcp_timeouts: 0 });
  });

  it('of a server that died in the window ends with the last snapshot that saw it', () => {
    const dead = at(3, { work: 420 });
    const shortened = observationOf({ ...observed, seconds: [...seconds.slice(0, 3), dead], windowEnd: null });
    expect(shortened?.server_cpu_s).toBeCloseTo(0.8, 10);
    expect(shortened?.processes_busy).toHaveLength(2);
  });

  it('does not take the engine for others where it was gone before the end of its window was looked at', () => {
    const [, , , last] = seconds;
    const gone = { ...last!, generator: [] };
    const long = observationOf({ ...observed, seconds: [...seconds.slice(0, 3), gone], windowEnd: gone });
    expect(observation?.foreign_cpu).toBeCloseTo(1.4 - 0.8 - 0.5 - 0.01, 10);
    expect(long?.foreign_cpu).toBeCloseTo(observation!.foreign_cpu, 10);
    expect(observationOf({ ...observed, seconds: [], windowEnd: gone })?.foreign_cpu).toBe(0);
  });

  it('of a trial without a window has no window values', () => {
    const early = observationOf({ ...observed, windowStart: null, windowEnd: null });
    expect(early).toMatchObject({ server_cpu_s: 0, server_rss_peak_mb: null, processes_busy: [], tcp: null });
  });

  it('is nothing where the platform shows nothing', () => {
    expect(observationOf({ ...observed, idle: null })).toBeNull();
  });
});
