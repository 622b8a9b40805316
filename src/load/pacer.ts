import { cpus } from 'node:os';
import type { TurnWatch } from './turn-watch.ts';

/** The event loop sleeps at most this long (`setInterval` of 1 ms), so that a stall is told from sleep. */
const TICK_MS = 1;
/** On a single core a spin would take from the server what it needs to answer. */
const MAY_SPIN = cpus().length > 1;
/**
 * With no answer to wait for, a spin stays in JavaScript this long before it looks at the event loop again: each look costs an
 * `Immediate`, and at half a million looks a second they alone filled the young generation ten times a second. Shorter than
 * what `TurnWatch` takes for a spin.
 */
const SPIN_CHUNK_MS = 0.04;

/**
 * Spins as long as there is a planned time, sleeps where requests only follow answers, and tells the watch where each turn of
 * the event loop begins and ends. `work(now)` does what is due and returns the next planned time (ms, Infinity for none).
 * A core that sleeps between requests wakes late: on a virtual machine ten times as many requests were contaminated as when
 * it spun (docs/adr/0005-spin-and-void.md), and no spin of a few ms before the planned time made up for it.
 */
export class Pacer {
  readonly #turns: TurnWatch;
  readonly #work: (now: number) => number;
  readonly #isQuiet: () => boolean;
  #armed = false;
  #stopped = false;
  #ticker: NodeJS.Timeout | undefined;

  /** `isQuiet`: no request is under way. */
  constructor(turns: TurnWatch, work: (now: number) => number, isQuiet: () => boolean) {
    this.#turns = turns;
    this.#work = work;
    this.#isQuiet = isQuiet;
  }

  start(): void {
    this.#ticker = setInterval(() => this.wake(performance.now()), TICK_MS);
    this.wake(performance.now());
  }

  stop(): void {
    this.#stopped = true;
    clearInterval(this.#ticker);
  }

  /** Something happened: the turn is open from now on and ends after all that the loop has to hand out in it. */
  wake(now: number): void {
    if (this.#turns.open) return;
    this.#turns.begin(now);
    this.#arm();
  }

  #arm(): void {
    if (this.#armed || this.#stopped) return;
    this.#armed = true;
    setImmediate(this.#endTurn);
  }

  readonly #endTurn = (): void => {
    this.#armed = false;
    if (this.#stopped) return;
    const now = performance.now();
    if (!this.#turns.open) this.#turns.begin(now);
    this.#turns.end(now);
    const next = this.#work(now);
    const done = performance.now();
    const spin = MAY_SPIN && next !== Number.POSITIVE_INFINITY;
    this.#turns.carriedMs = done - now;
    this.#turns.continues = spin;
    if (!spin) return;
    if (this.#isQuiet()) spinUntil(Math.min(next, done + SPIN_CHUNK_MS));
    this.#arm();
  };
}

function spinUntil(time: number): void {
  while (performance.now() < time);
}
