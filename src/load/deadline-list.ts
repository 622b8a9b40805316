/**
 * The slots with a request under way, oldest first. All have the same timeout, so the order in which they began is the
 * order of their deadlines: a doubly linked list in typed arrays gives exact timeouts for two writes per request.
 */
export class DeadlineList {
  readonly #previous: Int32Array;
  readonly #next: Int32Array;
  readonly #deadline: Float64Array;
  /** Index of the sentinel that closes the ring. */
  readonly #end: number;
  size = 0;

  constructor(capacity: number) {
    this.#end = capacity;
    this.#previous = new Int32Array(capacity + 1).fill(-1);
    this.#next = new Int32Array(capacity + 1).fill(-1);
    this.#deadline = new Float64Array(capacity + 1);
    this.#previous[capacity] = capacity;
    this.#next[capacity] = capacity;
  }

  /** Deadlines must not decrease from call to call. */
  append(slot: number, deadline: number): void {
    const last = this.#previous[this.#end] as number;
    this.#deadline[slot] = deadline;
    this.#previous[slot] = last;
    this.#next[slot] = this.#end;
    this.#next[last] = slot;
    this.#previous[this.#end] = slot;
    this.size += 1;
  }

  remove(slot: number): void {
    const previous = this.#previous[slot] as number;
    const next = this.#next[slot] as number;
    this.#next[previous] = next;
    this.#previous[next] = previous;
    this.#next[slot] = -1;
    this.size -= 1;
  }

  /** The slot whose deadline has passed at `now` and is the earliest; -1 when none has. */
  expired(now: number): number {
    const first = this.#next[this.#end] as number;
    return first !== this.#end && (this.#deadline[first] as number) <= now ? first : -1;
  }

  /** The slot that has been under way longest; -1 when there is none. */
  oldest(): number {
    return this.size === 0 ? -1 : (this.#next[this.#end] as number);
  }
}
