import { FAILURE_CLASSES, type FailureClass } from '../core/load-result.ts';
import { NameLedger, type NameDump } from './name-ledger.ts';
import { OneSecond, type SecondDump } from './one-second.ts';
import { Recorder, type RecorderDump } from './recorder.ts';
import type { Timeline } from './timeline.ts';

/** How a request ended: 0 is ok, else 1 + the index of its failure class. */
export type Outcome = number;
export const OK: Outcome = 0;
export function failedAs(failure: FailureClass): Outcome {
  return 1 + FAILURE_CLASSES.indexOf(failure);
}

const COUNTS = [
  'requests',
  'notSent',
  'ok',
  'inFlightAtEnd',
  'okInWindow',
  'answeredInWindow',
  'bytesInWindow',
  'thinkMs',
  'thinks',
] as const;
const PARTS = ['failed', 'bodyBytes', 'bodies'] as const;
const RECORDERS = ['latency', 'latencyOk', 'service', 'schedLag', 'connWait'] as const;

/** All that a ledger has counted, for another thread. */
export interface LedgerDump {
  readonly counts: Readonly<Record<(typeof COUNTS)[number], number>>;
  readonly parts: Readonly<Record<(typeof PARTS)[number], Float64Array>>;
  readonly recorders: Readonly<Record<(typeof RECORDERS)[number], RecorderDump>>;
  readonly seconds: readonly SecondDump[];
  readonly byName: readonly NameDump[];
}

function record<K extends string, V>(keys: readonly K[], of: (key: K) => V): Record<K, V> {
  return Object.fromEntries(keys.map((key) => [key, of(key)])) as Record<K, V>;
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
  /** By request name, in the order of the plan; empty where there is one name only, whose figures are those of all. */
  readonly byName: readonly NameLedger[];

  /** `names`: how many names the plan's requests have. */
  constructor(timeline: Timeline, timeoutMs: number, names: number) {
    this.#timeline = timeline;
    this.#timeoutMs = timeoutMs;
    this.byName = names > 1 ? Array.from({ length: names }, () => new NameLedger()) : [];
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
   * A request of the window ended. `name`: index of its name. Times in ms; `sent` is NaN when it never went out, `answered` says
   * whether a whole answer came.
   */
  ended(
    name: number,
    planned: number,
    reached: number,
    sent: number,
    now: number,
    outcome: Outcome,
    answered: boolean,
  ): void {
    const latency = now - planned;
    if (this.byName.length > 0) {
      const shown = outcome === OK ? latency : Math.max(latency, this.#timeoutMs);
      this.byName[name]?.ended(shown, answered ? now - sent : null, outcome === OK);
    }
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

  dump(): LedgerDump {
    return {
      counts: record(COUNTS, (key) => this[key]),
      parts: record(PARTS, (key) => this[key]),
      recorders: record(RECORDERS, (key) => this[key].dump()),
      seconds: this.oneSecond.dump(),
      byName: this.byName.map((name) => name.dump()),
    };
  }

  /** As if what another thread has counted had been counted here. */
  add(dump: LedgerDump): void {
    for (const key of COUNTS) this[key] += dump.counts[key];
    for (const key of PARTS) dump.parts[key].forEach((value, i) => (this[key][i] = (this[key][i] as number) + value));
    for (const key of RECORDERS) this[key].add(dump.recorders[key]);
    this.oneSecond.add(dump.seconds);
    dump.byName.forEach((name, i) => this.byName[i]?.add(name));
  }
}
