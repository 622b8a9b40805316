import { DeadlineList } from './deadline-list.ts';
import type { Iterations } from './iterations.ts';
import { failedAs, type Ledger, OK, type Outcome } from './ledger.ts';
import type { Population } from './population.ts';
import type { RequestBook } from './request-book.ts';
import type { SecondRows } from './second-rows.ts';
import type { Timeline } from './timeline.ts';
import type { Transport, TransportEvents } from './transport.ts';
import type { TurnWatch } from './turn-watch.ts';

/** States of a slot. `WAITING`: its request is under way but has no connection yet. */
const PAUSING = 0;
const WAITING = 1;
const FLYING = 2;

/** The generator's own limits (rule 7): the application has no part in them. */
const GENERATOR_FAULTS = new Set(['EADDRNOTAVAIL', 'EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM']);

export const CONNECT = failedAs('connect');
export const RESET = failedAs('reset');
export const TIMEOUT = failedAs('timeout');
const CONTRACT = failedAs('contract');

export interface DriverParts {
  readonly slots: number;
  readonly book: RequestBook;
  readonly iterations: Iterations;
  readonly timeline: Timeline;
  readonly ledger: Ledger;
  readonly rows: SecondRows;
  readonly turns: TurnWatch;
  /** Made by the caller: a transport tells the driver, a population is told by it. */
  readonly transport: (events: TransportEvents) => Transport;
  /** Opens the turn of the event loop in which something happened. */
  readonly wake: (now: number) => void;
}

/** Sends, reads and judges requests: the hot path. Per request it makes no object, closure or promise of its own. */
export class Driver implements TransportEvents {
  readonly underWay: DeadlineList;
  readonly book: RequestBook;
  readonly transport: Transport;
  /** Requests that went out, those before the window included; one that is sent again after a stale connection counts once. */
  sentTotal = 0;
  staleConnections = 0;
  /** The most connections that were established at once. */
  mostOpen = 0;
  readonly generatorFaults = new Map<string, number>();
  population!: Population;

  readonly #iterations: Iterations;
  readonly #timeline: Timeline;
  readonly #ledger: Ledger;
  readonly #rows: SecondRows;
  readonly #turns: TurnWatch;
  readonly #wake: (now: number) => void;
  readonly #state: Uint8Array;
  readonly #planned: Float64Array;
  readonly #reached: Float64Array;
  readonly #sent: Float64Array;
  /** 1: the slot's first connection is settled. */
  readonly #known: Uint8Array;
  /** 1: the connection has carried a whole answer. */
  readonly #reused: Uint8Array;
  /** 1: the request under way was already sent on a connection that proved stale. */
  readonly #retried: Uint8Array;
  /** 1: the request under way has waited for a slot before it got one. */
  readonly #queued: Uint8Array;

  constructor(parts: DriverParts) {
    const { slots } = parts;
    this.#iterations = parts.iterations;
    this.#timeline = parts.timeline;
    this.#ledger = parts.ledger;
    this.#rows = parts.rows;
    this.#turns = parts.turns;
    this.#wake = parts.wake;
    this.book = parts.book;
    this.transport = parts.transport(this);
    this.underWay = new DeadlineList(slots);
    this.#state = new Uint8Array(slots);
    this.#planned = new Float64Array(slots);
    this.#reached = new Float64Array(slots);
    this.#sent = new Float64Array(slots);
    this.#known = new Uint8Array(slots);
    this.#reused = new Uint8Array(slots);
    this.#retried = new Uint8Array(slots);
    this.#queued = new Uint8Array(slots);
  }

  /** Opens the connection of a slot that has no request. */
  connect(slot: number): void {
    this.#reused[slot] = 0;
    this.transport.connect(slot);
  }

  /**
   * Begins an iteration with its step `step`, planned at `planned`. `reached`: when the engine got to it, which was before `now` where
   * it had to wait for a slot; all in ms.
   */
  begin(slot: number, step: number, planned: number, reached: number, now: number): void {
    this.#iterations.begin(slot, step);
    this.#start(slot, planned, reached, now);
  }

  /** Nobody waits for the connection that this slot is opening: it is given up, and opened anew when a request needs it. */
  abandon(slot: number): void {
    this.transport.drop(slot);
    this.#settle(slot);
    this.population.idle(slot);
  }

  /** The request of this slot has been under way for too long. What has queued for its slot ran out of time there, not while connecting. */
  expire(slot: number, now: number): void {
    const outcome = this.#state[slot] === WAITING && this.#queued[slot] === 0 ? CONNECT : TIMEOUT;
    this.#settle(slot);
    this.transport.drop(slot);
    this.#end(slot, now, outcome, false);
  }

  /**
   * The run is over for what is still under way: it has no outcome and is counted as not sent.
   * @returns how many requests of the window that were.
   */
  giveUp(): number {
    const before = this.#ledger.notSent;
    for (let slot = this.underWay.oldest(); slot >= 0; slot = this.underWay.oldest()) {
      this.underWay.remove(slot);
      this.#state[slot] = PAUSING;
      this.book.abandoned(this.#planned[slot] as number);
    }
    return this.#ledger.notSent - before;
  }

  opened(slot: number): void {
    const now = performance.now();
    this.#wake(now);
    if (this.transport.open > this.mostOpen) this.mostOpen = this.transport.open;
    this.#settle(slot);
    this.#reused[slot] = 0;
    if (this.#state[slot] === WAITING) this.#go(slot, now);
    else this.population.idle(slot);
  }

  received(slot: number, length: number): void {
    const now = performance.now();
    if (!this.#turns.open || now >= this.#rows.nextEnd) this.#wake(now);
    this.#turns.worked = true;
    this.#rows.bytes += length;
    if (this.#timeline.isInWindow(now)) this.#ledger.bytesInWindow += length;
    if (this.#state[slot] !== FLYING) {
      // Bytes that nobody asked for, such as a 408 before the server closes: the next answer could not be told from them.
      this.staleConnections += 1;
      this.transport.drop(slot);
      return;
    }
    if (!this.transport.read(slot, length)) return;
    this.#takeAnswer(slot, now);
  }

  lost(slot: number, code: string | null, wasOpen: boolean): void {
    const now = performance.now();
    this.#wake(now);
    this.#settle(slot);
    if (code !== null && GENERATOR_FAULTS.has(code)) {
      this.generatorFaults.set(code, (this.generatorFaults.get(code) ?? 0) + 1);
    }
    const state = this.#state[slot];
    if (state === WAITING) this.#end(slot, now, CONNECT, false);
    else if (state === FLYING) this.#lostInFlight(slot, now, code);
    else if (wasOpen) this.staleConnections += 1;
    else this.population.idle(slot);
  }

  #lostInFlight(slot: number, now: number, code: string | null): void {
    if (this.transport.hasBegun(slot)) {
      if (code !== null) return this.#end(slot, now, RESET, false);
      this.transport.end(slot);
      return this.#takeAnswer(slot, now);
    }
    if (this.#reused[slot] === 0) return this.#end(slot, now, RESET, false);
    this.staleConnections += 1;
    if (!this.#iterations.step(slot).retries || this.#retried[slot] === 1) return this.#end(slot, now, RESET, false);
    this.#retried[slot] = 1;
    this.sentTotal -= 1;
    return this.#go(slot, now);
  }

  #takeAnswer(slot: number, now: number): void {
    const { outcome, complete, keepAlive, bodyBytes } = this.transport.answer;
    const judged = outcome === OK && !this.#iterations.save(slot, this.transport.answer.body) ? CONTRACT : outcome;
    if (complete) this.#ledger.answered(now, judged === OK, bodyBytes);
    if (keepAlive) this.#reused[slot] = 1;
    else this.transport.drop(slot);
    this.#end(slot, now, judged, complete);
  }

  #start(slot: number, planned: number, reached: number, now: number): void {
    this.#planned[slot] = planned;
    this.#reached[slot] = reached;
    this.#sent[slot] = Number.NaN;
    this.#retried[slot] = 0;
    this.#queued[slot] = now > reached ? 1 : 0;
    this.underWay.add(slot, reached + this.book.timeoutMs);
    this.#go(slot, now);
  }

  /** The request under way ends, and with it the iteration, unless that has another step. */
  #end(slot: number, now: number, outcome: Outcome, answered: boolean): void {
    this.underWay.remove(slot);
    this.transport.forget(slot);
    this.#state[slot] = PAUSING;
    const planned = this.#planned[slot] as number;
    const { isLast, name } = this.#iterations.step(slot);
    this.book.ended(name, planned, this.#reached[slot] as number, this.#sent[slot] as number, now, outcome, answered);
    if (outcome === OK && !isLast) {
      // What earlier steps were given may live in the process behind the connection: a sequence does not go on without it.
      if (this.transport.isOpen(slot)) return this.#goOn(slot, now);
      this.#iterations.broken += 1;
    } else if (outcome === OK) this.#iterations.completed += 1;
    else this.#iterations.broken += 1;
    return this.population.ended(slot, now, outcome);
  }

  /** The next step of the sequence is planned for the moment of the last answer. */
  #goOn(slot: number, now: number): void {
    if (now >= this.#timeline.windowEnd) return this.population.ended(slot, now, OK);
    this.#iterations.advance(slot);
    this.book.reached(now);
    const reached = performance.now();
    return this.#start(slot, now, reached, reached);
  }

  /** Sends the request under way, or has it wait for a connection. */
  #go(slot: number, now: number): void {
    if (!this.transport.isOpen(slot)) {
      this.#state[slot] = WAITING;
      if (!this.transport.isOpening(slot)) this.connect(slot);
      return;
    }
    this.#state[slot] = FLYING;
    this.#sent[slot] = now;
    this.sentTotal += 1;
    this.#turns.worked = true;
    this.transport.send(slot);
  }

  #settle(slot: number): void {
    if (this.#known[slot] === 1) return;
    this.#known[slot] = 1;
    this.population.settled(slot);
  }
}
