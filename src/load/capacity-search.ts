import type { CapacityLimit } from '../core/load-plan.ts';
import type { CapacityProbe, CapacityResult } from '../core/load-result.ts';
import { MAX_CAPACITY_PROBES } from '../core/load-result.ts';
import { CAPACITY_RATIO } from '../core/stats/capacity-step.ts';

/** Below this the server is as good as down: a search from above ends here. */
const LOWEST_RPS = 1;
/** Rates in a row, with none below that could be judged, at which the generator was late: it is not the rate that makes it late. */
const MOST_VOIDS = 2;

export type ProbeOutcome = CapacityProbe['outcome'];

/**
 * Which rate is tried next. Pure: doubles until a rate fails (halves while not even the first can), then goes by the geometric mean
 * of the highest that passed and the lowest that did not, until these are within a factor of 1.05. Only what surely passed counts as
 * capacity: what could not be decided, or was too fast for the generator, bounds the search as a failure does. On the way up a rate
 * that could not be decided does not: a higher one has more requests to tell from.
 */
export class CapacitySearch {
  /** The highest rate that passed; null: none so far. */
  passed: number | null = null;
  /** The highest that has not been shown to be too high. */
  #low: number | null = null;
  #bound = Infinity;
  #boundBy: Exclude<ProbeOutcome, 'passed'> | null = null;
  #next: number;
  #count = 0;
  #voids = 0;

  constructor(startRps: number) {
    this.#next = startRps;
  }

  /** The next rate; null: the search is over. */
  next(): number | null {
    if (this.#count >= MAX_CAPACITY_PROBES || this.#voids >= MOST_VOIDS) return null;
    const isClosedIn = this.#bound <= (this.#low === null ? LOWEST_RPS : CAPACITY_RATIO * this.#low);
    return isClosedIn ? null : this.#next;
  }

  judged(rate: number, outcome: ProbeOutcome): void {
    this.#count += 1;
    this.#voids = outcome === 'void' && this.#low === null ? this.#voids + 1 : 0;
    if (outcome === 'passed') this.passed = Math.max(this.passed ?? 0, rate);
    if (outcome === 'passed' || (outcome === 'undecided' && this.passed === null && this.#bound === Infinity)) {
      this.#low = Math.max(this.#low ?? 0, rate);
    } else if (rate < this.#bound) {
      this.#bound = rate;
      this.#boundBy = outcome;
    }
    if (this.#bound === Infinity) this.#next = 2 * rate;
    else if (this.#low === null) this.#next = Math.max(LOWEST_RPS, rate / 2);
    else this.#next = Math.sqrt(this.#low * this.#bound);
  }

  /** Why it ended, of a search that came to its end. */
  get ended(): Exclude<CapacityResult['ended'], 'stopped'> {
    const by = this.#boundBy ?? 'undecided';
    if (this.passed !== null || by !== 'failed') return by;
    // Of the rates below, none could be told from the requests in its window; or there was none, and each failed.
    return this.#low === null ? 'none' : 'undecided';
  }
}

export interface StepCounts {
  readonly requests: number;
  readonly over_limit: number;
  readonly failed: number;
}

export interface StepBounds {
  readonly over_limit_lo: number;
  readonly over_limit_hi: number;
  readonly error_rate_lo: number;
  readonly error_rate_hi: number;
}

/** Passes when both upper bounds keep the limit, fails when a lower bound breaks it, else it cannot be told from so few requests. */
export function judgeStep(bounds: StepBounds, limit: CapacityLimit): 'passed' | 'failed' | 'undecided' {
  const share = 1 - limit.quantile;
  if (bounds.over_limit_lo > share || bounds.error_rate_lo > limit.error_rate) return 'failed';
  return bounds.over_limit_hi <= share && bounds.error_rate_hi <= limit.error_rate ? 'passed' : 'undecided';
}
