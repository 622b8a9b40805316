import { setTimeout as delay } from 'node:timers/promises';

const FIRST_S = 0.5;
/** Long enough for a service that restarts not to be trampled, short enough to be back within a lease of 90 s. */
const LONGEST_S = 30;
/**
 * No pause that a service asks for is longer, nor one that a proxy asks for in its name: a maintenance page that says "tomorrow"
 * would keep the runner away for a day, and a timer of more than 24 days (2^31 ms) fires at once.
 */
export const LONGEST_ASKED_S = 300;

/** Waits before the next attempt; full jitter, so that many runners do not come back at once. */
export class Backoff {
  readonly #random: () => number;
  #attempt = 0;

  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  /** Seconds to wait now; what the service asked for is the least, within reason. */
  nextS(retryAfterS: number | null): number {
    const most = Math.min(LONGEST_S, FIRST_S * 2 ** this.#attempt);
    this.#attempt = Math.min(this.#attempt + 1, 16);
    return Math.max(Math.min(retryAfterS ?? 0, LONGEST_ASKED_S), most * this.#random());
  }

  async wait(signal: AbortSignal, retryAfterS: number | null = null): Promise<void> {
    await delay(this.nextS(retryAfterS) * 1000, undefined, { signal });
  }

  reset(): void {
    this.#attempt = 0;
  }
}

/** For attempts that come by themselves, between other work: whether the pause after the last failure is over. */
export class Pace {
  readonly #backoff: Backoff;
  #notBefore = 0;

  constructor(backoff = new Backoff()) {
    this.#backoff = backoff;
  }

  get isDue(): boolean {
    return performance.now() >= this.#notBefore;
  }

  failed(retryAfterS: number | null): void {
    this.#notBefore = performance.now() + this.#backoff.nextS(retryAfterS) * 1000;
  }

  worked(): void {
    this.#backoff.reset();
  }

  async untilDue(signal: AbortSignal): Promise<void> {
    await delay(Math.max(0, this.#notBefore - performance.now()), undefined, { signal });
  }
}
