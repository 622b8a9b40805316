import { type Random, seededRandom } from '../core/random.ts';
import { type ArrivalsOptions, StageArrivals } from './arrivals.ts';
import { MAX_OPENING } from './closed-population.ts';
import { type Driver, TIMEOUT } from './driver.ts';
import { FreeSlots } from './free-slots.ts';
import type { Iterations } from './iterations.ts';
import type { OpenModel } from './open-model.ts';
import type { Population } from './population.ts';
import type { Script } from './script.ts';
import { dealt, type Share } from './share.ts';
import type { Timeline } from './timeline.ts';
import { CONTAMINATION_FLOOR_MS } from './turn-watch.ts';
import { WaitingRequests } from './waiting-requests.ts';

export interface OpenParts {
  readonly model: OpenModel;
  readonly share: Share;
  readonly script: Script;
  readonly iterations: Iterations;
  readonly seed: number;
  readonly timeline: Timeline;
  readonly driver: Driver;
}

/** Connections that a thread may have: at least one, or nothing that it plans could be sent. */
export function openSlots({ maxConnections }: OpenModel, share: Share): number {
  return Math.max(1, dealt(maxConnections, share));
}

/**
 * Requests come when they are planned, whatever the server does. Each takes a free connection, or a new one up to the bound; when
 * all are taken it waits, which is the server's doing and counts in its latency.
 */
export class OpenPopulation implements Population {
  readonly slots: number;
  readonly #parts: OpenParts;
  readonly #free: FreeSlots;
  readonly #waiting = new WaitingRequests();
  readonly #warmup: StageArrivals;
  readonly #window: StageArrivals;
  readonly #draw: Random;
  readonly #atFirst: number;
  #asked = 0;
  #settled = 0;
  #inWarmup = true;
  /** From the begin of the warm-up, or of the window (ms). */
  #next: number;
  #isStopped = false;

  constructor(parts: OpenParts) {
    const { model, share, seed } = parts;
    this.#parts = parts;
    this.slots = openSlots(model, share);
    this.#atFirst = Math.min(this.slots, Math.max(1, dealt(model.connections, share)));
    this.#free = new FreeSlots(this.slots);
    const options = { ...share, arrivals: model.arrivals, seed } satisfies Partial<ArrivalsOptions>;
    this.#warmup = new StageArrivals({ ...options, stages: model.warmup, label: 'warmup' });
    this.#window = new StageArrivals({ ...options, stages: model.window, label: 'window' });
    this.#draw = seededRandom(seed, 'mix', String(share.thread));
    this.#next = this.#warmup.next();
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  get present(): number {
    return this.#parts.driver.transport.open;
  }

  work(now: number): number {
    this.#connectFirst(now);
    this.#expireWaiting(now);
    const { timeline, driver } = this.#parts;
    if (now >= timeline.windowEnd + driver.book.timeoutMs) this.#forgo();
    // What becomes due while these go out waits for the next turn: answers have to be read in between.
    for (let planned = this.#planned(); planned <= now; planned = this.#planned()) {
      this.#take(planned);
      this.#advance();
    }
    return this.#planned();
  }

  isSettled(): boolean {
    return this.#settled >= this.#atFirst;
  }

  isOver(): boolean {
    return this.#isStopped ? this.#waiting.size === 0 : this.#planned() === Infinity && this.#waiting.size === 0;
  }

  /**
   * What should have been reached before counts as not sent. What became due since the last turn of the loop is as unplanned as what
   * follows: nobody was late for it.
   */
  stop(now: number): void {
    const { timeline, driver } = this.#parts;
    const late = now - CONTAMINATION_FLOOR_MS;
    if (timeline.rampEnd !== Infinity) {
      for (let planned = this.#planned(); planned < late; planned = this.#planned()) {
        driver.book.unreached(planned);
        this.#advance();
      }
    }
    this.#isStopped = true;
  }

  giveUp(): number {
    const { driver, iterations, timeline } = this.#parts;
    let count = 0;
    for (; this.#waiting.size > 0; this.#waiting.shift()) {
      driver.book.abandoned(this.#waiting.planned);
      if (timeline.isInWindow(this.#waiting.planned)) count += 1;
      iterations.refused();
    }
    return count;
  }

  settled(): void {
    this.#settled += 1;
  }

  idle(slot: number): void {
    this.#free.add(slot, this.#parts.driver.transport);
  }

  ended(slot: number, now: number): void {
    const { driver } = this.#parts;
    if (this.#waiting.size === 0) return this.#free.add(slot, driver.transport);
    const { planned, reached, step } = this.#waiting;
    this.#waiting.shift();
    return driver.begin(slot, step, planned, reached, now);
  }

  #planned(): number {
    if (this.#isStopped) return Infinity;
    const { rampEnd, windowStart } = this.#parts.timeline;
    // Without a window no arrival is planned yet; what follows the last one is Infinity as well.
    return rampEnd === Infinity ? Infinity : (this.#inWarmup ? rampEnd : windowStart) + this.#next;
  }

  #advance(): void {
    this.#next = (this.#inWarmup ? this.#warmup : this.#window).next();
    this.#enterWindow();
  }

  #enterWindow(): void {
    if (!this.#inWarmup || this.#next !== Infinity) return;
    this.#inWarmup = false;
    this.#next = this.#window.next();
  }

  #take(planned: number): void {
    const { driver, script } = this.#parts;
    const reached = performance.now();
    const step = script.items > 1 ? script.draw(this.#draw) : 0;
    driver.book.reached(planned);
    const slot = this.#free.take(driver.transport);
    if (slot < 0) this.#waiting.add(planned, reached, step);
    else driver.begin(slot, step, planned, reached, reached);
  }

  #connectFirst(now: number): void {
    const { driver, timeline } = this.#parts;
    if (!this.isSettled() && now >= timeline.start + driver.book.timeoutMs) this.#settleForLess();
    while (this.#asked < this.#atFirst && driver.transport.opening < MAX_OPENING && !this.#isStopped) {
      this.#asked += 1;
      driver.connect(this.#free.fresh());
    }
    this.#enterWindow();
  }

  /** What has not been opened within the timeout is opened when a request needs it, and has that one's deadline. */
  #settleForLess(): void {
    const { driver } = this.#parts;
    const asked = this.#asked;
    this.#asked = this.#atFirst;
    for (let slot = 0; slot < asked; slot += 1) if (driver.transport.isOpening(slot)) driver.abandon(slot);
    this.#settled = this.#atFirst;
  }

  #expireWaiting(now: number): void {
    const { driver, iterations } = this.#parts;
    while (this.#waiting.reached + driver.book.timeoutMs <= now) {
      const { planned, reached, step } = this.#waiting;
      this.#waiting.shift();
      iterations.refused();
      driver.book.ended(iterations.nameOf(step), planned, reached, Number.NaN, now, TIMEOUT, false);
    }
  }

  /** A generator that is a whole timeout behind its schedule will not get there: the rest is told as not sent. */
  #forgo(): void {
    this.stop(Infinity);
  }
}
