import type { LoadPlan } from '../core/load-plan.ts';
import { AnswerReader } from './answer-reader.ts';
import type { ClosedModel } from './closed-model.ts';
import { type ConnectionEvents, Connections } from './connections.ts';
import { DeadlineList } from './deadline-list.ts';
import { DueQueue } from './due-queue.ts';
import { failedAs, type Ledger, OK, type Outcome } from './ledger.ts';
import { isIdempotent, serialiseRequest } from './request-bytes.ts';
import type { SecondRows } from './second-rows.ts';
import type { Timeline } from './timeline.ts';
import type { TurnWatch } from './turn-watch.ts';

/** States of a slot. `WAITING`: its request is under way but has no connection yet. */
const PAUSING = 0;
const WAITING = 1;
const FLYING = 2;
const DONE = 3;

/** A closed slot whose connection failed asks again after this: without a pause a refusing server is only hammered. */
const RECONNECT_PAUSE_MS = 100;

/** The generator's own limits (rule 7): the application has no part in them. */
const GENERATOR_FAULTS = new Set(['EADDRNOTAVAIL', 'EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM']);

const CONNECT = failedAs('connect');
const RESET = failedAs('reset');
const TIMEOUT = failedAs('timeout');

export interface DriverParts {
  readonly plan: LoadPlan;
  readonly model: ClosedModel;
  /** Where the plan's host is: an IP address. */
  readonly address: string;
  readonly timeline: Timeline;
  readonly ledger: Ledger;
  readonly rows: SecondRows;
  readonly turns: TurnWatch;
  /** Opens the turn of the event loop in which something happened. */
  readonly wake: (now: number) => void;
}

/** Sends, reads and judges requests: the hot path. Per request it makes no object, closure or promise of its own. */
export class Driver implements ConnectionEvents {
  readonly due: DueQueue;
  readonly underWay: DeadlineList;
  readonly connections: Connections;
  /** Requests that went out, those before the window included; one that is sent again after a stale connection counts once. */
  sentTotal = 0;
  staleConnections = 0;
  /** Slots whose first connection was opened or failed. */
  settled = 0;
  readonly generatorFaults = new Map<string, number>();

  readonly #model: ClosedModel;
  readonly #timeline: Timeline;
  readonly #ledger: Ledger;
  readonly #rows: SecondRows;
  readonly #turns: TurnWatch;
  readonly #wake: (now: number) => void;
  readonly #timeoutMs: number;
  readonly #retries: boolean;
  readonly #reader: AnswerReader;
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

  constructor(parts: DriverParts) {
    const { plan, model } = parts;
    const { slots } = model;
    this.#model = model;
    this.#timeline = parts.timeline;
    this.#ledger = parts.ledger;
    this.#rows = parts.rows;
    this.#turns = parts.turns;
    this.#wake = parts.wake;
    this.#timeoutMs = plan.timeout_s * 1000;
    this.#retries = isIdempotent(plan.request.method);
    this.connections = new Connections(slots, { host: parts.address, port: plan.port }, serialiseRequest(plan), this);
    this.#reader = new AnswerReader(slots, plan.request, this.connections.buffer);
    this.due = new DueQueue(slots);
    this.underWay = new DeadlineList(slots);
    this.#state = new Uint8Array(slots);
    this.#planned = new Float64Array(slots);
    this.#reached = new Float64Array(slots);
    this.#sent = new Float64Array(slots);
    this.#known = new Uint8Array(slots);
    this.#reused = new Uint8Array(slots);
    this.#retried = new Uint8Array(slots);
  }

  /** A user comes, or a connection is asked for: it connects and plans its first request. */
  arrive(slot: number, now: number): void {
    this.#open(slot);
    this.#plan(slot, now + this.#model.firstPauseMs(slot), now);
  }

  /** The time of a planned request has come. */
  launch(slot: number, now: number): void {
    if (this.#timeline.isInWindow(this.#planned[slot] as number)) this.#ledger.requests += 1;
    this.#reached[slot] = now;
    this.#sent[slot] = Number.NaN;
    this.#retried[slot] = 0;
    this.underWay.append(slot, now + this.#timeoutMs);
    this.#go(slot, now);
  }

  /** The request of this slot has been under way for too long. */
  expire(slot: number, now: number): void {
    const outcome = this.#state[slot] === WAITING ? CONNECT : TIMEOUT;
    this.#settle(slot);
    this.connections.drop(slot);
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
      this.#state[slot] = DONE;
      this.#ledger.inFlightAtEnd += 1;
      if (this.#timeline.isInWindow(this.#planned[slot] as number)) this.#ledger.notSent += 1;
    }
    return this.#ledger.notSent - before;
  }

  opened(slot: number): void {
    const now = performance.now();
    this.#wake(now);
    this.#settle(slot);
    this.#reused[slot] = 0;
    if (this.#state[slot] === WAITING) this.#go(slot, now);
  }

  received(slot: number, length: number): void {
    const now = performance.now();
    if (!this.#turns.open || now >= this.#rows.nextEnd) this.#wake(now);
    this.#turns.worked = true;
    this.#rows.bytes += length;
    if (this.#timeline.isInWindow(now)) this.#ledger.bytesInWindow += length;
    if (this.#state[slot] !== FLYING) {
      // Bytes that nobody asked for: the next answer on this connection could not be told from them.
      this.connections.drop(slot);
      return;
    }
    if (!this.#reader.read(slot, length)) return;
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
    else if (state === PAUSING && wasOpen) this.staleConnections += 1;
  }

  #lostInFlight(slot: number, now: number, code: string | null): void {
    if (this.#reader.hasBegun(slot)) {
      if (code !== null) return this.#end(slot, now, RESET, false);
      this.#reader.end(slot);
      return this.#takeAnswer(slot, now);
    }
    if (this.#reused[slot] === 0) return this.#end(slot, now, RESET, false);
    this.staleConnections += 1;
    if (!this.#retries || this.#retried[slot] === 1) return this.#end(slot, now, RESET, false);
    this.#retried[slot] = 1;
    this.sentTotal -= 1;
    return this.#go(slot, now);
  }

  #takeAnswer(slot: number, now: number): void {
    const { outcome, complete } = this.#reader;
    if (complete) this.#ledger.answered(now, outcome === OK, this.#reader.bodyBytes);
    if (this.#reader.keepAlive) this.#reused[slot] = 1;
    else this.connections.drop(slot);
    this.#end(slot, now, outcome, complete);
  }

  /** The request under way ends; the slot's next one is planned. */
  #end(slot: number, now: number, outcome: Outcome, answered: boolean): void {
    this.underWay.remove(slot);
    this.#reader.forget(slot);
    const planned = this.#planned[slot] as number;
    const reached = this.#reached[slot] as number;
    if (this.#timeline.isInWindow(planned)) {
      this.#ledger.ended(planned, reached, this.#sent[slot] as number, now, outcome, answered);
      this.#turns.stamped(reached - planned);
    }
    if (now >= this.#timeline.windowEnd) this.#ledger.inFlightAtEnd += 1;
    const latency = now - planned;
    this.#rows.ended(outcome === OK ? latency : Math.max(latency, this.#timeoutMs), outcome === OK, answered);
    if (outcome === CONNECT || outcome === RESET) return this.#plan(slot, now + RECONNECT_PAUSE_MS, now);
    if (!this.#model.thinks) return this.#plan(slot, now, now);
    const pause = this.#model.pauseMs(slot);
    this.#ledger.thought(now, pause);
    return this.#plan(slot, now + pause, now);
  }

  #plan(slot: number, time: number, now: number): void {
    if (time >= this.#timeline.windowEnd) {
      this.#state[slot] = DONE;
      return;
    }
    this.#state[slot] = PAUSING;
    this.#planned[slot] = time;
    if (time <= now) this.launch(slot, performance.now());
    else this.due.add(slot, time);
  }

  /** Sends the request under way, or has it wait for a connection. */
  #go(slot: number, now: number): void {
    if (!this.connections.isOpen(slot)) {
      this.#state[slot] = WAITING;
      if (!this.connections.isOpening(slot)) this.#open(slot);
      return;
    }
    this.#state[slot] = FLYING;
    this.#sent[slot] = now;
    this.sentTotal += 1;
    this.#turns.worked = true;
    this.connections.send(slot);
  }

  #open(slot: number): void {
    this.#reused[slot] = 0;
    this.connections.open(slot);
  }

  #settle(slot: number): void {
    if (this.#known[slot] === 1) return;
    this.#known[slot] = 1;
    this.settled += 1;
  }
}
