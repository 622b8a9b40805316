import { exactQuantile, meanOf } from './exact-quantile.ts';
import { msText, percent } from './figures.ts';
import type { Judged } from '../proof.ts';

/** When a server read a request, and for how long it may have lain in the kernel by then (ms). */
export interface Arrived {
  readonly read_ms: ArrayLike<number>;
  readonly unread_ms: ArrayLike<number>;
}

/**
 * How much later than the soonest each request came after its planned time, ascending, ms. The two are on different clocks: what they
 * differ by is taken from the request that came soonest. One that came while the server stood still is late by something between two
 * bounds, of which this is the lower one.
 */
export function arrivalErrorsMs(planned: ArrayLike<number>, { read_ms, unread_ms }: Arrived): Float64Array {
  if (planned.length !== read_ms.length || planned.length === 0)
    throw new RangeError(`${planned.length} requests were planned, ${read_ms.length} came`);
  const late = Float64Array.from(planned, (time, i) => (read_ms[i] as number) - time);
  const soonest = late.reduce((least, ms) => Math.min(least, ms));
  return late.map((ms, i) => Math.max(0, ms - soonest - blindMs(unread_ms[i] as number))).sort();
}

/** What a spinning server never needs from one look to the next. */
const BLIND_FROM_MS = 0.2;
/** Of half of the worst hundredth at most: a p99 that is right only for what is not known is not right. The guard repeats what has more. */
const MOST_BLIND = 0.005;

const blindMs = (unread: number): number => (unread > BLIND_FROM_MS ? unread : 0);

/** Of what share of the requests the server does not know when they came. */
export function blindShare(unread_ms: ArrayLike<number>): number {
  return meanOf(Array.from(unread_ms, (ms) => (blindMs(ms) > 0 ? 1 : 0)));
}

export interface ArrivalFacts {
  readonly rate_rps: number;
  readonly planned: ArrayLike<number>;
  /** In the order of `planned`. */
  readonly arrived: Arrived;
  /** The engine's own account. */
  readonly sched_lag_p99_ms: number;
}

/** p99 of |sent − planned| ≤ max(10 % of the period, 1 ms), by the stamps of the server that they were sent to and by the engine's. */
export function judgeArrivals({ rate_rps, planned, arrived, sched_lag_p99_ms }: ArrivalFacts): Judged {
  const errors = arrivalErrorsMs(planned, arrived);
  const allowed = Math.max(0.1 * (1000 / rate_rps), 1);
  const p99 = exactQuantile(errors, 0.99);
  const blind = blindShare(arrived.unread_ms);
  const [p50, most] = [exactQuantile(errors, 0.5), exactQuantile(errors, 1)].map(msText);
  return {
    passed: p99 <= allowed && sched_lag_p99_ms <= allowed && blind <= MOST_BLIND,
    figures: `${errors.length} arrivals, off by p99 ${msText(p99)} (allowed ${msText(allowed)}), p50 ${p50}, most ${most}; the server stood still for ${percent(blind)} of them; the engine's own sched_lag p99 ${msText(sched_lag_p99_ms)}`,
  };
}
