import { exactQuantile } from './exact-quantile.ts';
import { msText } from './figures.ts';
import type { Judged } from '../proof.ts';

/**
 * How far each arrival was from its planned time, ascending, ms. The two are on different clocks: what they differ by is taken from
 * the request that came soonest after its time, so what is left is how much later than that one each was.
 */
export function arrivalErrorsMs(planned: ArrayLike<number>, arrived: ArrayLike<number>): Float64Array {
  if (planned.length !== arrived.length || planned.length === 0)
    throw new RangeError(`${planned.length} requests were planned, ${arrived.length} came`);
  const late = Float64Array.from(planned, (time, i) => (arrived[i] as number) - time).sort();
  const soonest = late[0] as number;
  return late.map((ms) => ms - soonest);
}

export interface ArrivalFacts {
  readonly rate_rps: number;
  readonly planned: ArrayLike<number>;
  /** When the server read them, in the order of `planned`. */
  readonly arrived: ArrayLike<number>;
  /** The engine's own account. */
  readonly sched_lag_p99_ms: number;
}

/** p99 of |sent − planned| ≤ max(10 % of the period, 1 ms), by the stamps of the server that they were sent to. */
export function judgeArrivals({ rate_rps, planned, arrived, sched_lag_p99_ms }: ArrivalFacts): Judged {
  const errors = arrivalErrorsMs(planned, arrived);
  const allowed = Math.max(0.1 * (1000 / rate_rps), 1);
  const p99 = exactQuantile(errors, 0.99);
  const [p50, most] = [exactQuantile(errors, 0.5), exactQuantile(errors, 1)].map(msText);
  return {
    passed: p99 <= allowed && sched_lag_p99_ms <= allowed,
    figures: `${errors.length} arrivals, off by p99 ${msText(p99)} (allowed ${msText(allowed)}), p50 ${p50}, most ${most}; the engine's own sched_lag p99 ${msText(sched_lag_p99_ms)}`,
  };
}
