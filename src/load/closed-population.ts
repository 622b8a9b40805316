import { type Random, seededRandom } from '../core/random.ts';
import type { ClosedModel } from './closed-model.ts';
import { CONNECT, type Driver, RESET } from './driver.ts';
import { DueQueue } from './due-queue.ts';
import type { Ledger, Outcome } from './ledger.ts';
import type { Population } from './population.ts';
import type { Script } from './script.ts';
import type { Timeline } from './timeline.ts';

/** Connections asked for at the same time in a model without a ramp: below the smallest common accept queue (128). */
export const MAX_OPENING = 100;

/** A closed slot whose connection failed asks again after this: without a pause a refusing server is only hammered. */
const RECONNECT_PAUSE_MS = 100;

export interface ClosedParts {
  readonly model: ClosedModel;
  readonly script: Script;
  readonly seed: number;
  readonly timeline: Timeline;
  readonly ledger: Ledger;
  readonly driver: Driver;
}

/** Each slot is a user or a connection, which asks again only when it has its answer. */
export class ClosedPopulation implements Population {
  readonly slots: number;
  present = 0;
  /** A closed slot has what it asks for. */
  readonly waiting = 0;
  readonly #parts: ClosedParts;
  readonly #due: DueQueue;
  /** One stream a slot: the k-th iteration of a user is the same whatever the server answers. None where there is nothing to draw. */
  readonly #draws: readonly Random[];
  #settled = 0;

  constructor(parts: ClosedParts) {
    const { model, script, seed } = parts;
    this.#parts = parts;
    this.slots = model.slots;
    this.#due = new DueQueue(model.slots);
    const stream = (_: unknown, slot: number): Random => seededRandom(seed, 'mix', String(model.number(slot)));
    this.#draws = script.items > 1 ? Array.from({ length: model.slots }, stream) : [];
  }

  work(now: number): number {
    this.#admit(now);
    const { driver } = this.#parts;
    while (this.#due.nextTime() <= performance.now()) {
      const planned = this.#due.nextTime();
      this.#launch(driver, this.#due.take(), planned);
    }
    return Math.min(this.#due.nextTime(), this.#nextArrival());
  }

  isSettled(): boolean {
    return this.#settled === this.slots;
  }

  isOver(): boolean {
    return this.#due.size === 0;
  }

  stop(): void {
    this.#due.clear();
  }

  /** What a closed slot would have asked next has not been planned. */
  giveUp(): number {
    return 0;
  }

  settled(): void {
    this.#settled += 1;
  }

  idle(): void {
    // The slot has planned its next request itself.
  }

  ended(slot: number, now: number, outcome: Outcome): void {
    const { model, ledger } = this.#parts;
    const least = outcome === CONNECT || outcome === RESET ? RECONNECT_PAUSE_MS : 0;
    if (!model.thinks) return this.#plan(slot, now + least, now);
    // Who was refused thinks all the same: users who ask faster for that would make an outage weigh more than it does.
    const pause = Math.max(least, model.pauseMs(slot));
    ledger.thought(now, pause);
    return this.#plan(slot, now + pause, now);
  }

  #plan(slot: number, time: number, now: number): void {
    if (time >= this.#parts.timeline.windowEnd) return;
    if (time > now) return this.#due.add(slot, time);
    return this.#launch(this.#parts.driver, slot, time);
  }

  #launch(driver: Driver, slot: number, planned: number): void {
    const draw = this.#draws[slot];
    driver.book.reached(planned);
    const now = performance.now();
    driver.begin(slot, draw === undefined ? 0 : this.#parts.script.draw(draw), planned, now, now);
  }

  #nextArrival(): number {
    const { model, timeline } = this.#parts;
    if (this.present === this.slots || model.rampMs === null) return Infinity;
    return timeline.start + model.arrivalMs(this.present);
  }

  /** A server that takes none for a whole timeout gets the rest at once: the ramp must end. */
  #mayOpen(now: number): boolean {
    const { driver, timeline } = this.#parts;
    return driver.transport.opening < MAX_OPENING || now >= timeline.start + driver.book.timeoutMs;
  }

  #admit(now: number): void {
    const { model, timeline, driver } = this.#parts;
    while (this.present < this.slots && now < timeline.windowEnd) {
      const isDue = model.rampMs === null ? this.#mayOpen(now) : this.#nextArrival() <= now;
      if (!isDue) return;
      const slot = this.present;
      this.present += 1;
      driver.connect(slot);
      this.#plan(slot, now + model.firstPauseMs(slot), now);
    }
  }
}
