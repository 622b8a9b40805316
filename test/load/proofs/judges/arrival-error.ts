import { exactQuantile, meanOf } from './exact-quantile.ts';
import { msText, percent } from './figures.ts';
import type { Judged } from '../proof.ts';

/** When a server read a request, and for how long it may have lain in the kernel by then (ms). */
export interface Arrived {
  readonly read_ms: ArrayLike<number>;
  readonly unread_ms: ArrayLike<number>;
}

/** How late each request came, ascending, ms: the least that it may have been, and the most. */
export interface ArrivalErrors {
  readonly least: Float64Array;
  readonly most: Float64Array;
}

/**
 * How much later than the soonest each request came after its planned time. The two are on different clocks: what they differ by is
 * taken from the request that came soonest, so what all have in common is not seen here (T1 and T8 see it). One that came while the
 * server stood still lay in the kernel for something between nothing and all of that; of the others both bounds are the
 * same. An engine does not know when the server looks: what it sends early comes early while it does, and makes all others late.
 */
export function arrivalErrorsMs(planned: ArrayLike<number>, { read_ms, unread_ms }: Arrived): ArrivalErrors {
  if (planned.length !== read_ms.length || planned.length === 0)
    throw new RangeError(`${planned.length} requests were planned, ${read_ms.length} came`);
  const late = Float64Array.from(planned, (time, i) => (read_ms[i] as number) - time);
  const soonest = late.reduce((least, ms) => Math.min(least, ms));
  const most = late.map((ms) => ms - soonest);
  const least = most.map((ms, i) => Math.max(0, ms - blindMs(unread_ms[i] as number)));
  return { least: least.sort(), most: most.sort() };
}

/** What a spinning server never needs from one look to the next. */
const BLIND_FROM_MS = 0.2;

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

/**
 * p99 of |sent − planned| ≤ max(10 % of the period, 1 ms), by the stamps of the server that they were sent to and by the engine's. Of what
 * the server could not see the latest that it may have come counts: nothing is forgiven.
 */
export function judgeArrivals({ rate_rps, planned, arrived, sched_lag_p99_ms }: ArrivalFacts): Judged {
  const { least, most } = arrivalErrorsMs(planned, arrived);
  const allowed = Math.max(0.1 * (1000 / rate_rps), 1);
  const p99 = exactQuantile(most, 0.99);
  const [p50, farthest, atLeast] = [exactQuantile(most, 0.5), exactQuantile(most, 1), exactQuantile(least, 0.99)].map(
    msText,
  );
  return {
    passed: p99 <= allowed && sched_lag_p99_ms <= allowed,
    figures: `${most.length} arrivals, off by p99 ${msText(p99)} (allowed ${msText(allowed)}), p50 ${p50}, most ${farthest}; ${percent(blindShare(arrived.unread_ms))} of them came while the server could not see, without that time p99 ${atLeast}; the engine's own sched_lag p99 ${msText(sched_lag_p99_ms)}`,
  };
}
