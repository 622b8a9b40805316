import type { Finding } from '../finding.ts';
import { percentText } from '../number-text.ts';
import type { Bottleneck } from '../results.ts';
import { type LoadFacts, ofTrial } from './facts.ts';

/** Above it queueing in the generator is no longer small beside what it measures. */
export const GENERATOR_BOUND = 0.8;
/** Of what N users could ask for at most, or of what arrived: reaching it, the load was what limited the rate. */
export const LOAD_LIMITED = 0.95;
/** A unit as busy as this has no room left beside the scheduler's own gaps. */
export const SERVER_BOUND = 0.85;
/** Twice the load gave no more than this share: the rate no longer follows the load. */
export const FLAT = 0.95;

export interface BottleneckFacts {
  /** The generator's own busy share, 0–1. */
  readonly generator_busy: number;
  /** All answers a second. */
  readonly answered_rps: number;
  /** Users with their mean think time (s) and mean latency (ms); null without think time. */
  readonly users: {
    readonly n: number;
    readonly think_time_mean_s: number;
    readonly latency_mean_ms: number | null;
  } | null;
  /** What arrived a second, of an open model; null of the others, and of a search for the most. */
  readonly offered_rps: number | null;
  /** Mean service time of one user alone (R₁, ms); null when it was not probed. */
  readonly probe_service_ms: number | null;
  /** Busy share of the units that can work at once (see serverBusy); null when it was not observed. */
  readonly server_busy: number | null;
  /** All answers a second at the next lower level of the family that is at most half of this one; null without one. */
  readonly lower_rps: number | null;
}

/**
 * What held the rate where it was; the first that applies, in this order: the generator, the users or the schedule, the server's CPU, a
 * pool inside the server (more load gives no more, yet the CPU has room), nothing single. Null: not enough was observed.
 *
 * Users can ask for at most N/(Z + R₁). Without a probe R₁ counts as 0, which makes the demand higher and the label rarer.
 * What they did ask for is the counted rate or N/(Z + R), which are one by the accounting rule: the latter is free of the
 * chance at the window's edges, which alone is 4 % for ten users and 5 s. A failure's latency can only lower it.
 */
export function bottleneckOf(facts: BottleneckFacts): Bottleneck | null {
  if (facts.generator_busy >= GENERATOR_BOUND) return 'generator-bound';
  if (facts.users !== null && facts.users.think_time_mean_s > 0) {
    const { n, think_time_mean_s, latency_mean_ms } = facts.users;
    const most = n / (think_time_mean_s + (facts.probe_service_ms ?? 0) / 1000);
    const asked = latency_mean_ms === null ? 0 : n / (think_time_mean_s + latency_mean_ms / 1000);
    if (Math.max(facts.answered_rps, asked) >= LOAD_LIMITED * most) return 'load-limited';
  }
  if (facts.offered_rps !== null && facts.answered_rps >= LOAD_LIMITED * facts.offered_rps) return 'load-limited';
  if (facts.server_busy === null) return null;
  if (facts.server_busy >= SERVER_BOUND) return 'server-bound';
  if (facts.lower_rps !== null && facts.answered_rps > 0 && facts.lower_rps >= FLAT * facts.answered_rps)
    return 'pool-bound';
  return 'mixed';
}

/**
 * Mean busy share of the busiest min(workers × threads, cores) units, 0–1. Threads that run at once: 1 a process, which
 * holds for CPython (one interpreter lock) and Node (one event loop), the runtimes there are. With fewer cores than
 * workers the processes take turns, so their sum is set against the cores.
 */
export function serverBusy(processesBusy: readonly number[], workers: number, cores: number): number | null {
  if (processesBusy.length === 0) return null;
  const sum = processesBusy.reduce((total, busy) => total + busy, 0);
  const ofCores = cores > 0 ? Math.min(1, sum / cores) : 0;
  if (cores > 0 && workers > cores) return ofCores;
  const busiest = [...processesBusy].sort((a, b) => b - a).slice(0, workers);
  const ofWorkers = busiest.reduce((total, busy) => total + Math.min(1, busy), 0) / workers;
  return Math.max(ofWorkers, ofCores);
}

/** A generator as busy as this measured itself. */
export function generatorBound(facts: LoadFacts): Finding[] {
  const { busy } = facts.load.generator;
  if (busy < GENERATOR_BOUND) return [];
  return [
    ofTrial(facts, {
      rule: 'bottleneck',
      severity: 'INVALID',
      evidence: { generator_busy: busy },
      says: `The generator was ${percentText(busy)} busy: it, not the server, may have set the rate.`,
      remedy: 'Give the generator more or faster cores, or lower the load.',
    }),
  ];
}
