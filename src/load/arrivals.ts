import type { Stage } from '../core/load-plan.ts';
import { arrivalsOf } from '../core/planned-arrivals.ts';
import { type Random, seededRandom } from '../core/random.ts';

export interface ArrivalsOptions {
  readonly stages: readonly Stage[];
  readonly arrivals: 'constant' | 'poisson';
  readonly seed: number;
  /** Keeps the streams of warm-up and window apart. */
  readonly label: string;
  /** From 0, of `threads`. */
  readonly thread: number;
  readonly threads: number;
}

/**
 * When a share `u` of a stage's arrivals has come, in seconds from its begin: the inverse of the integral of a rate that goes in a
 * straight line. Written without the difference of two nearly equal numbers, which a flat ramp would make of the usual formula.
 */
export function timeOfShare({ from_rps, to_rps, for_s }: Stage, u: number): number {
  const area = u * ((from_rps + to_rps) / 2) * for_s;
  if (area === 0) return 0;
  const slope = (to_rps - from_rps) / for_s;
  return (2 * area) / (from_rps + Math.sqrt(Math.max(0, from_rps * from_rps + 2 * slope * area)));
}

/**
 * The planned times of one thread, in ascending order. Each stage plans a fixed number of arrivals. Constant: evenly spaced along the
 * rate, every `threads`-th one is this thread's. Poisson: given their number, the arrivals of a Poisson process are independent
 * uniform draws (Cox & Lewis, The Statistical Analysis of Series of Events, 1966, §2.1; along the integral of the rate where that
 * changes); they are drawn in ascending order, one at a time (Bentley & Saxe, Generating sorted lists of random numbers, ACM TOMS 6,
 * 1980), so that a schedule takes no memory. Each thread draws its share of them, which together are again uniform.
 */
export class StageArrivals {
  /** Of all threads, in all stages. */
  readonly total: number;
  readonly #options: ArrivalsOptions;
  #stage = -1;
  #begin_s = 0;
  #random: Random = () => 0;
  /** Of the current stage: arrivals of all threads, of this one, and how many of this one have been handed out. */
  #all = 0;
  #own = 0;
  #done = 0;
  /** The last share that was drawn. */
  #share = 0;

  constructor(options: ArrivalsOptions) {
    this.#options = options;
    this.total = options.stages.reduce((sum, stage) => sum + arrivalsOf(stage), 0);
  }

  /** The next planned time in ms from the begin of the first stage; Infinity when there is none. */
  next(): number {
    while (this.#done === this.#own) if (!this.#nextStage()) return Infinity;
    const { stages, arrivals, thread, threads } = this.#options;
    const index = this.#done;
    this.#done += 1;
    const share = arrivals === 'constant' ? (index * threads + thread + 0.5) / this.#all : this.#nextShare(index);
    return 1000 * (this.#begin_s + timeOfShare(stages[this.#stage] as Stage, share));
  }

  #nextStage(): boolean {
    const { stages, seed, label, thread, threads } = this.#options;
    if (this.#stage + 1 >= stages.length) return false;
    if (this.#stage >= 0) this.#begin_s += (stages[this.#stage] as Stage).for_s;
    this.#stage += 1;
    this.#all = arrivalsOf(stages[this.#stage] as Stage);
    this.#own = Math.floor(this.#all / threads) + (thread < this.#all % threads ? 1 : 0);
    this.#done = 0;
    this.#share = 0;
    this.#random = seededRandom(seed, 'arrivals', label, String(this.#stage), String(thread));
    return true;
  }

  /** The smallest of the uniform draws that are left above the last one. */
  #nextShare(index: number): number {
    const left = this.#own - index;
    this.#share = 1 - (1 - this.#share) * (1 - this.#random()) ** (1 / left);
    return this.#share;
  }
}
