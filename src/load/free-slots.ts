import type { Transport } from './transport.ts';

/**
 * Slots without a request. Open connections are taken in turn, the one that has been idle longest first: a server that deals its
 * connections out to workers then sees them all at work. Without one, a slot whose connection is closed or has never been opened.
 */
export class FreeSlots {
  readonly #slots: number;
  readonly #idle: Int32Array;
  #head = 0;
  #count = 0;
  readonly #closed: number[] = [];
  /** Slots from here on have never had a connection. */
  #fresh = 0;

  constructor(slots: number) {
    this.#slots = slots;
    this.#idle = new Int32Array(slots);
  }

  /** A slot that has never had a connection; -1: all have. */
  fresh(): number {
    if (this.#fresh === this.#slots) return -1;
    this.#fresh += 1;
    return this.#fresh - 1;
  }

  /** The slot has no request any more, or has just been connected. */
  add(slot: number, transport: Transport): void {
    if (!transport.isOpen(slot)) {
      this.#closed.push(slot);
      return;
    }
    this.#idle[(this.#head + this.#count) % this.#slots] = slot;
    this.#count += 1;
  }

  /** -1: every connection that there may be is taken. */
  take(transport: Transport): number {
    while (this.#count > 0) {
      const slot = this.#idle[this.#head] as number;
      this.#head = (this.#head + 1) % this.#slots;
      this.#count -= 1;
      if (transport.isOpen(slot)) return slot;
      // The server closed it while it was idle.
      this.#closed.push(slot);
    }
    return this.#closed.pop() ?? this.fresh();
  }
}
