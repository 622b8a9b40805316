import { silent } from './connection-lost.ts';

interface Waiter {
  readonly enter: () => void;
  readonly timer: ReturnType<typeof setTimeout> | undefined;
}

/** So many at once; others wait for their turn, first come first served. */
export class Turns {
  #free: number;
  readonly #wait_ms: number | null;
  readonly #waiting = new Set<Waiter>();

  constructor(count: number, wait_ms: number | null) {
    this.#free = count;
    this.#wait_ms = wait_ms;
  }

  /** Resolves when it is one's turn; it ends by `leave`. Rejects with CONNECTION_SILENT when the turn has not come in time. */
  enter(): Promise<void> {
    if (this.#free > 0) {
      this.#free -= 1;
      return Promise.resolve();
    }
    const wait_ms = this.#wait_ms;
    return new Promise((enter, reject) => {
      const giveUp = () => {
        this.#waiting.delete(waiter);
        reject(silent(`no connection to the database was free within ${wait_ms} ms`));
      };
      const waiter: Waiter = { enter, timer: wait_ms === null ? undefined : setTimeout(giveUp, wait_ms) };
      this.#waiting.add(waiter);
    });
  }

  /** Gives the turn to who has waited longest. */
  leave(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#free += 1;
      return;
    }
    this.#waiting.delete(next);
    clearTimeout(next.timer);
    next.enter();
  }
}
