/**
 * The slots with a request under way, by their deadlines. All have the same timeout, so the order in which they began is mostly the
 * order of their deadlines: a doubly linked list in typed arrays gives exact timeouts for two writes per request. Only a request that
 * had to wait for a slot has an earlier deadline than some that began before it.
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

  add(slot: number, deadline: number): void {
    let before = this.#previous[this.#end] as number;
    while (before !== this.#end && (this.#deadline[before] as number) > deadline) before = this.#previous[before] as number;
    const after = this.#next[before] as number;
    this.#deadline[slot] = deadline;
    this.#previous[slot] = before;
    this.#next[slot] = after;
    this.#next[before] = slot;
    this.#previous[after] = slot;
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

  /** The slot with the earliest deadline; -1 when there is none. */
  oldest(): number {
    return this.size === 0 ? -1 : (this.#next[this.#end] as number);
  }
}
