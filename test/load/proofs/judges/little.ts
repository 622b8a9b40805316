import { msText, percent } from './figures.ts';
import type { Judged } from '../proof.ts';

/** A closed run without think time, as both sides saw it. */
export interface LittleFacts {
  readonly connections: number;
  /** The engine's: whole answers per second of its window. */
  readonly answered_rps: number;
  /** The engine's mean of write → last byte. */
  readonly service_mean_ms: number;
  /** The server's own: mean of read callback → write, and its requests under way, averaged over time. */
  readonly residence_mean_ms: number;
  readonly in_flight_mean: number;
}

const ALLOWED = 0.02;

/**
 * Little's law where the server sees it: L = X·W, with the engine's X and the server's own L and W. What N − X·W leaves is not in the
 * server: on the way, or with the generator. It is held against the server's residence, not the engine's service time, so that the
 * way counts too.
 */
export function judgeLittle(facts: LittleFacts): Judged {
  const { connections: n, answered_rps, service_mean_ms, residence_mean_ms, in_flight_mean } = facts;
  const inServer = (answered_rps * residence_mean_ms) / 1000;
  const off = Math.abs(inServer / in_flight_mean - 1);
  const gap = (n - inServer) / n;
  const own = (n - (answered_rps * service_mean_ms) / 1000) / n;
  return {
    passed: off <= ALLOWED && Math.abs(gap) <= ALLOWED,
    figures: `L ${in_flight_mean.toFixed(3)} of ${n}, X·W ${inServer.toFixed(3)} (off by ${percent(off)}); cycle ${msText((1000 * n) / answered_rps)}, outside of the server ${percent(gap)} of it, the generator's own gap ${percent(own)}`,
  };
}
