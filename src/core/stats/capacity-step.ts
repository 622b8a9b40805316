/** A capacity search ends when the next rate up that did not pass is at most this many times the one that did. */
export const CAPACITY_RATIO = 1.05;

/**
 * The step by which capacities differ, in requests/s: the true one lies anywhere between the rate that passed and CAPACITY_RATIO
 * times it. Searches that end at the same rate are taken to differ by a part of it, so that they are not endlessly sure.
 */
export function capacityStep(rate_rps: number): number {
  return rate_rps * (CAPACITY_RATIO - 1);
}
