import { type Ledger, OK, type Outcome } from './ledger.ts';
import type { SecondRows } from './second-rows.ts';
import type { Timeline } from './timeline.ts';
import type { TurnWatch } from './turn-watch.ts';

/** Where each request is written down: in the window's ledger, in the row of its second, in the watch of the turn. */
export class RequestBook {
  readonly timeoutMs: number;
  readonly #timeline: Timeline;
  readonly #ledger: Ledger;
  readonly #rows: SecondRows;
  readonly #turns: TurnWatch;

  constructor(timeoutMs: number, timeline: Timeline, ledger: Ledger, rows: SecondRows, turns: TurnWatch) {
    this.timeoutMs = timeoutMs;
    this.#timeline = timeline;
    this.#ledger = ledger;
    this.#rows = rows;
    this.#turns = turns;
  }

  /** The engine got to a request. */
  reached(planned: number): void {
    if (this.#timeline.isInWindow(planned)) this.#ledger.requests += 1;
  }

  /** A request that was reached and will have no outcome. */
  abandoned(planned: number): void {
    this.#ledger.inFlightAtEnd += 1;
    if (this.#timeline.isInWindow(planned)) this.#ledger.notSent += 1;
  }

  /** A request that was planned and will not be reached. */
  unreached(planned: number): void {
    if (!this.#timeline.isInWindow(planned)) return;
    this.#ledger.requests += 1;
    this.#ledger.notSent += 1;
  }

  /** A request ended; times in ms, `sent` NaN when it never went out. */
  ended(
    name: number,
    planned: number,
    reached: number,
    sent: number,
    now: number,
    outcome: Outcome,
    answered: boolean,
  ): void {
    if (this.#timeline.isInWindow(planned)) {
      this.#ledger.ended(name, planned, reached, sent, now, outcome, answered);
      this.#turns.stamped(name, reached - planned);
    }
    if (now >= this.#timeline.windowEnd) this.#ledger.inFlightAtEnd += 1;
    const latency = now - planned;
    this.#rows.ended(outcome === OK ? latency : Math.max(latency, this.timeoutMs), outcome === OK, answered);
  }
}
