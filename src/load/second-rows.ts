import type { SecondRow } from '../core/load-result.ts';
import type { GeneratorCost } from './generator-cost.ts';
import { Recorder, type RecorderDump } from './recorder.ts';
import type { Timeline } from './timeline.ts';

/** What stands in a row as of the moment in which it is closed. */
export interface Moment {
  readonly users: number;
  readonly inFlight: number;
  readonly spunMs: number;
  /** Of the event loop, since the last row. */
  readonly longestTurnMs: number;
}

/** A row of one thread: counts, so that the rows of several can be added. */
export interface RowCounts extends Pick<
  SecondRow,
  | 't_s'
  | 'phase'
  | 'answered'
  | 'failed'
  | 'bytes'
  | 'users'
  | 'in_flight'
  | 'generator_busy'
  | 'gc_ms'
  | 'longest_turn_ms'
> {
  readonly latency: RecorderDump;
}

const SECOND_MS = 1000;

/**
 * One row per second of the run. Rows also end where the window begins and ends, so that the window's rows hold nothing
 * else; the row before it may be shorter. Latencies are those of all requests that ended in the row.
 */
export class SecondRows {
  bytes = 0;
  /** When the current row ends. */
  nextEnd: number;
  readonly #timeline: Timeline;
  readonly #cost: GeneratorCost;
  readonly #emit: (row: RowCounts) => void;
  readonly #latency = new Recorder();
  #rowStart: number;
  #answered = 0;
  #failed = 0;

  constructor(timeline: Timeline, cost: GeneratorCost, emit: (row: RowCounts) => void) {
    this.#timeline = timeline;
    this.#cost = cost;
    this.#emit = emit;
    this.#rowStart = timeline.start;
    this.nextEnd = timeline.start + SECOND_MS;
  }

  ended(latencyMs: number, ok: boolean, answered: boolean): void {
    this.#latency.record(latencyMs);
    if (answered) this.#answered += 1;
    if (!ok) this.#failed += 1;
  }

  /** Closes every row that has ended by `now`. */
  roll(now: number, moment: Moment): void {
    while (now >= this.nextEnd) {
      this.#close(this.nextEnd, moment);
      this.#rowStart = this.nextEnd;
      this.fixEnd();
    }
  }

  /** To be called when the timeline has changed. */
  fixEnd(): void {
    const { windowStart, windowEnd } = this.#timeline;
    this.nextEnd = this.#rowStart + SECOND_MS;
    for (const edge of [windowStart, windowEnd]) if (edge > this.#rowStart) this.nextEnd = Math.min(this.nextEnd, edge);
  }

  /** Closes the last, shorter row. */
  finish(now: number, moment: Moment): void {
    if (this.#latency.total > 0) this.#close(now, moment);
  }

  #close(end: number, moment: Moment): void {
    const cost = this.#cost.since(moment.spunMs);
    this.#emit({
      t_s: Math.round(this.#rowStart - this.#timeline.start) / 1000,
      phase: this.#timeline.phaseAt((this.#rowStart + end) / 2),
      answered: this.#answered,
      failed: this.#failed,
      bytes: this.bytes,
      latency: this.#latency.dump(),
      users: moment.users,
      in_flight: moment.inFlight,
      generator_busy: cost.busy,
      gc_ms: cost.gcMs,
      longest_turn_ms: moment.longestTurnMs,
    });
    this.#latency.clear();
    this.#answered = 0;
    this.#failed = 0;
    this.bytes = 0;
  }
}
