import { normalQuantile } from './normal.ts';

/** A capacity search ends when the next rate up that did not pass is at most this many times the one that did. */
export const CAPACITY_RATIO = 1.05;

/** So many requests must go well before Wilson's upper bound (95 %) for none, z²/(n + z²), is within both shares of a limit. */
export function requestsToPass({
  quantile,
  error_rate,
}: {
  readonly quantile: number;
  readonly error_rate: number;
}): number {
  const share = Math.min(1 - quantile, error_rate);
  return Math.ceil((normalQuantile(0.975) ** 2 * (1 - share)) / share);
}

/**
 * The step by which capacities differ, in requests/s: the true one lies anywhere between the rate that passed and CAPACITY_RATIO
 * times it. Searches that end at the same rate are taken to differ by a part of it, so that they are not endlessly sure.
 */
export function capacityStep(rate_rps: number): number {
  return rate_rps * (CAPACITY_RATIO - 1);
}
