import type { Stage } from '../../../src/core/load-plan.ts';
import { StageArrivals } from '../../../src/load/arrivals.ts';

export interface ScheduleOptions {
  readonly rate_rps: number;
  readonly arrivals: 'constant' | 'poisson';
  readonly seed: number;
  readonly threads?: number;
}

/** The planned times of all threads over `for_s` at one rate, ascending, in ms from their begin. */
export function scheduleMs(label: 'warmup' | 'window', for_s: number, options: ScheduleOptions): Float64Array {
  const { rate_rps, arrivals, seed, threads = 1 } = options;
  const stages: Stage[] = [{ from_rps: rate_rps, to_rps: rate_rps, for_s }];
  const times: number[] = [];
  for (let thread = 0; thread < threads; thread += 1) {
    const own = new StageArrivals({ stages, arrivals, seed, label, thread, threads });
    for (let time = own.next(); time !== Infinity; time = own.next()) times.push(time);
  }
  return Float64Array.from(times).sort();
}

/** Warm-up and window in the order of the requests' numbers, in ms from the begin of the warm-up. */
export function runScheduleMs(warmup_s: number, window_s: number, options: ScheduleOptions): Float64Array {
  const warmup = scheduleMs('warmup', warmup_s, options);
  const window = scheduleMs('window', window_s, options).map((time) => time + 1000 * warmup_s);
  return Float64Array.of(...warmup, ...window);
}
