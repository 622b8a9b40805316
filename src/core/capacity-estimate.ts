import { REHEARSAL_IN_ALL_S } from './limits.ts';
import type { LoadLevel } from './matrix.ts';
import { CAPACITY_RATIO, requestsToPass } from './stats/capacity-step.ts';

/** From `start_rps` up: 128 times it is past what most applications serve, and each doubling more is one step more. */
const DOUBLINGS = 7;
/** Halvings, on a logarithmic scale, of what lies between a rate and its double. */
const BISECTIONS = Math.ceil(Math.log2(Math.log(2) / Math.log(CAPACITY_RATIO)));
/** A look whether the server has drained, before each run: 0.4 s of load, and a process that starts. */
const LOOK_S = 1;

type Search = Pick<Extract<LoadLevel, { kind: 'capacity' }>, 'limit' | 'start_rps'>;

/**
 * Seconds that a capacity search is expected to take: no bound (a server is as fast as it is), but nothing that an ordinary search does is
 * left out. Rates are doubled seven times, then halved between; a rate whose window is too short to show that the limit is kept has a
 * second one, twice as long, and so has each of those between, which lie so near to the limit that they are hard to tell; one step is
 * made anew because the generator was late; the queues of what failed take a window to drain twice.
 */
export function searchS({ limit, start_rps }: Search, warmup_s: number, window_s: number): number {
  const least = requestsToPass(limit);
  const rates = Array.from({ length: DOUBLINGS + 1 }, (_, i) => start_rps * 2 ** i);
  const tooShort = rates.filter((rate) => rate * window_s < least).length;
  const again = tooShort + BISECTIONS;
  const steps = rates.length + BISECTIONS + 1;
  const windows = steps + 2 * again + 2;
  return (steps + again) * (REHEARSAL_IN_ALL_S + warmup_s + LOOK_S) + windows * window_s;
}
