import { exactQuantile, meanOf } from './exact-quantile.ts';
import { msText, percent } from './figures.ts';
import type { Judged } from '../proof.ts';

/**
 * Time in a single-server queue, in order of coming: Wᵢ₊₁ = max(0, Wᵢ + Sᵢ − (aᵢ₊₁ − aᵢ)), and Wᵢ + Sᵢ in all (Lindley, Mathematical
 * Proceedings of the Cambridge Philosophical Society 48, 1952).
 */
export function lindleyMs(arrivals: ArrayLike<number>, services: ArrayLike<number>): Float64Array {
  const times = new Float64Array(arrivals.length);
  let free = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < arrivals.length; i += 1) {
    const arrival = arrivals[i] as number;
    free = Math.max(free, arrival) + (services[i] as number);
    times[i] = free - arrival;
  }
  return times;
}

/** Mean time in an M/D/1 queue (Pollaczek & Khinchine): S + Sρ/(2(1 − ρ)). */
export function md1MeanMs(service: number, utilisation: number): number {
  return service + (service * utilisation) / (2 * (1 - utilisation));
}

export interface QueueFacts {
  /** Of all requests, warm-up included, in the order of the plan. */
  readonly planned: ArrayLike<number>;
  readonly services: ArrayLike<number>;
  /** The last so many are the window's. */
  readonly requests: number;
  readonly rate_rps: number;
  /** Latencies as the engine has them (ms). */
  readonly mean_ms: number;
  readonly p95_ms: number;
  /**
   * The mean of a server that takes no time, at the same rate: what the way adds to a latency, one with another. A quantile of times
   * that are spread much wider than what is added to them moves by that too, not by the quantile of what is added.
   */
  readonly floor_ms: number;
}

const ALLOWED = 0.02;
/** Above what was seen on shared cores, 0.14 to 0.35 ms: an engine that adds more is not allowed for by its own floor. */
const MOST_FLOOR_MS = 0.5;

export function judgeQueue(facts: QueueFacts): Judged {
  const expected = lindleyMs(facts.planned, facts.services).slice(-facts.requests);
  const mean = meanOf(expected);
  const p95 = exactQuantile(expected.toSorted(), 0.95);
  const service = meanOf(facts.services);
  const utilisation = (service * facts.rate_rps) / 1000;
  const parts = [part('mean', facts.mean_ms, mean, facts.floor_ms), part('p95', facts.p95_ms, p95, facts.floor_ms)];
  const md1 = `M/D/1 has a mean of ${msText(md1MeanMs(service, utilisation))}`;
  return {
    passed: parts.every(({ isWithin }) => isWithin),
    figures: `${facts.requests} requests at ρ ${utilisation.toFixed(3)}: ${parts.map(({ text }) => text).join('; ')}; ${md1}`,
  };
}

function part(name: string, measured: number, expected: number, floor: number): { isWithin: boolean; text: string } {
  const off = measured - expected;
  const text = `${name} ${msText(measured)} of ${msText(expected)} (off by ${percent(off / expected)}; floor ${msText(floor)})`;
  // What the way takes only adds to a latency: below the true one it excuses nothing.
  const isWithin = off >= -ALLOWED * expected && off <= ALLOWED * expected + floor && floor <= MOST_FLOOR_MS;
  return { isWithin, text };
}
