import { FAILURE_CLASSES, type FailureClass } from '../core/load-result.ts';
import { OneSecond } from './one-second.ts';
import { Recorder } from './recorder.ts';
import type { Timeline } from './timeline.ts';

/** How a request ended: 0 is ok, else 1 + the index of its failure class. */
export type Outcome = number;
export const OK: Outcome = 0;
export function failedAs(failure: FailureClass): Outcome {
  return 1 + FAILURE_CLASSES.indexOf(failure);
}

/**
 * Who belongs to the window, and the counts and histograms of it. Latencies and failures: requests *planned* in the window.
 * Throughput, bytes: what *ended* in the window. Both edges are exact, on the same clock (ms).
 */
export class Ledger {
  readonly #timeline: Timeline;
  readonly #timeoutMs: number;
  /** Planned in the window and reached by the engine. */
  requests = 0;
  /** Of those: given up without an end, because the run was stopped. */
  notSent = 0;
  ok = 0;
  readonly failed = new Float64Array(FAILURE_CLASSES.length);
  /**
   * Planned before the window's end, ended after it or given up. Counted at each end by its own time: a look at that moment
   * comes late by a turn of the event loop, in which answers may have come.
   */
  inFlightAtEnd = 0;
  okInWindow = 0;
  answeredInWindow = 0;
  bytesInWindow = 0;
  readonly bodyBytes = new Float64Array(3);
  readonly bodies = new Float64Array(3);
  readonly latency = new Recorder();
  readonly latencyOk = new Recorder();
  /** Of `latency`: in which second each ended. */
  readonly oneSecond = new OneSecond();
  readonly service = new Recorder();
  readonly schedLag = new Recorder();
  readonly connWait = new Recorder();
  thinkMs = 0;
  thinks = 0;

  constructor(timeline: Timeline, timeoutMs: number) {
    this.#timeline = timeline;
    this.#timeoutMs = timeoutMs;
  }

  /** A complete answer at `now`, ok or not. */
  answered(now: number, ok: boolean, bodyBytes: number): void {
    if (!this.#timeline.isInWindow(now)) return;
    this.answeredInWindow += 1;
    if (ok) this.okInWindow += 1;
    const { windowStart, windowEnd } = this.#timeline;
    const third = Math.min(2, Math.floor((3 * (now - windowStart)) / (windowEnd - windowStart)));
    this.bodyBytes[third] = (this.bodyBytes[third] as number) + bodyBytes;
    this.bodies[third] = (this.bodies[third] as number) + 1;
  }

  /**
   * A request of the window ended. Times in ms; `sent` is NaN when it never went out, `answered` says whether a whole
   * answer came.
   */
  ended(planned: number, reached: number, sent: number, now: number, outcome: Outcome, answered: boolean): void {
    const latency = now - planned;
    this.schedLag.record(reached - planned);
    this.connWait.record((sent === sent ? sent : now) - reached);
    if (answered) this.service.record(now - sent);
    if (outcome === OK) {
      this.ok += 1;
      this.#took(now, latency);
      this.latencyOk.record(latency);
      return;
    }
    this.failed[outcome - 1] = (this.failed[outcome - 1] as number) + 1;
    // Failures never flatter: an instant refusal is not a fast answer.
    this.#took(now, Math.max(latency, this.#timeoutMs));
  }

  #took(now: number, latencyMs: number): void {
    this.latency.record(latencyMs);
    this.oneSecond.record(this.#timeline.windowStart, now, latencyMs);
  }

  thought(now: number, pauseMs: number): void {
    if (!this.#timeline.isInWindow(now)) return;
    this.thinkMs += pauseMs;
    this.thinks += 1;
  }
}
