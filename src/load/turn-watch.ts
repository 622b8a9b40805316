import { Recorder } from './recorder.ts';
import type { Timeline } from './timeline.ts';

/**
 * The engine's watch on its own event loop. A turn runs from the moment in which the loop began to handle events to the
 * end of its `setImmediate` phase; an answer stamped in it may have waited in the kernel for as long as the turn lasted.
 * That bound is the only thing that shows a stalled generator in a closed model.
 */

/** A request whose stamps may be off by more than this, or by 5 % of the service p50 where that is more, is contaminated. */
export const CONTAMINATION_FLOOR_MS = 1;
/** Turns longer than this are summed: together they may take 0.5 % of the window. */
export const LONG_TURN_MS = 20;
/**
 * The loop never sleeps longer than one tick of the pacer (1 ms; 2 ms with the kernel's and libuv's rounding). A longer gap
 * was not sleep: the process stood still, and all of the gap counts as turn.
 */
const LONGEST_SLEEP_MS = 3;
/** What a turn that found nothing to do may cost at most before it is taken for something else than spinning. */
const SPIN_TURN_MS = 0.05;

export class TurnWatch {
  open = false;
  /** Turns in which requests of the window ended, one sample per request (ms). */
  readonly turns = new Recorder();
  /** sched_lag + turn of the requests in which it exceeds the floor. */
  readonly suspects = new Recorder();
  /** The same of each request name that has any, by its index: lateness need not be spread over the names as requests are. */
  readonly suspectsByName = new Map<number, Recorder>();
  /** ms of spinning since the start: turns that neither sent nor read. */
  spunMs = 0;
  /** Long turns inside the window, summed (ms). */
  longTurnsMs = 0;
  /** Set by whoever sends or reads in this turn. */
  worked = false;
  /** The loop does not sleep between the last turn's end and the next turn, which thus begins there. */
  continues = false;
  /** What the loop did after the last turn's end (ms): an answer of the next turn may have waited for it. */
  carriedMs = 0;
  readonly #timeline: Timeline;
  #start = 0;
  #lastEnd: number;
  #longestMs = 0;
  #lags = new Float64Array(1024);
  #names = new Uint16Array(1024);
  #count = 0;
  #maxLag = 0;

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
    this.#lastEnd = timeline.start;
  }

  begin(now: number): void {
    this.open = true;
    const slept = !this.continues && now - this.#lastEnd <= LONGEST_SLEEP_MS + this.carriedMs;
    this.#start = slept ? now - this.carriedMs : this.#lastEnd;
  }

  /** The longest turn since the last call (ms): by how much the loop delayed what came in between. */
  takeLongestMs(): number {
    const longest = this.#longestMs;
    this.#longestMs = 0;
    return longest;
  }

  /** A request of the window ended in this turn; `name`: index of its name, `lag`: its sched_lag (ms). */
  stamped(name: number, lag: number): void {
    if (this.#count === this.#lags.length) this.#grow();
    this.#names[this.#count] = name;
    this.#lags[this.#count] = lag;
    this.#count += 1;
    if (lag > this.#maxLag) this.#maxLag = lag;
  }

  end(now: number): void {
    const length = now - this.#start;
    if (length > this.#longestMs) this.#longestMs = length;
    if (this.#count > 0) this.#recordStamps(length);
    if (length > LONG_TURN_MS) {
      const inside = Math.min(now, this.#timeline.windowEnd) - Math.max(this.#start, this.#timeline.windowStart);
      if (inside > 0) this.longTurnsMs += inside;
    }
    if (!this.worked && this.continues) this.spunMs += Math.min(length, SPIN_TURN_MS);
    this.worked = false;
    this.open = false;
    this.#lastEnd = now;
  }

  #recordStamps(length: number): void {
    this.turns.recordUs(length * 1000, this.#count);
    if (length + this.#maxLag > CONTAMINATION_FLOOR_MS) {
      for (let i = 0; i < this.#count; i += 1) {
        const doubt = length + (this.#lags[i] as number);
        if (doubt > CONTAMINATION_FLOOR_MS) this.#suspect(this.#names[i] as number, doubt);
      }
    }
    this.#count = 0;
    this.#maxLag = 0;
  }

  #suspect(name: number, doubt: number): void {
    this.suspects.record(doubt);
    let ofName = this.suspectsByName.get(name);
    if (ofName === undefined) {
      ofName = new Recorder();
      this.suspectsByName.set(name, ofName);
    }
    ofName.record(doubt);
  }

  #grow(): void {
    const [lags, names] = [new Float64Array(2 * this.#count), new Uint16Array(2 * this.#count)];
    lags.set(this.#lags);
    names.set(this.#names);
    this.#lags = lags;
    this.#names = names;
  }
}
