/**
 * Slots in the order of their planned times: a binary heap in typed arrays, so that 100,000 users cost no objects.
 * A slot stands in it at most once.
 */
export class DueQueue {
  readonly #slots: Int32Array;
  readonly #times: Float64Array;
  size = 0;

  constructor(capacity: number) {
    this.#slots = new Int32Array(capacity);
    this.#times = new Float64Array(capacity);
  }

  /** The earliest planned time (ms), or Infinity. */
  nextTime(): number {
    return this.size === 0 ? Infinity : (this.#times[0] as number);
  }

  add(slot: number, time: number): void {
    let i = this.size;
    this.size += 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if ((this.#times[parent] as number) <= time) break;
      this.#move(parent, i);
      i = parent;
    }
    this.#put(i, slot, time);
  }

  /** Removes and returns the slot with the earliest time; -1 when there is none. */
  take(): number {
    if (this.size === 0) return -1;
    const first = this.#slots[0] as number;
    this.size -= 1;
    if (this.size > 0) this.#sink(this.#slots[this.size] as number, this.#times[this.size] as number);
    return first;
  }

  clear(): void {
    this.size = 0;
  }

  #sink(slot: number, time: number): void {
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= this.size) break;
      if (child + 1 < this.size && (this.#times[child + 1] as number) < (this.#times[child] as number)) child += 1;
      if ((this.#times[child] as number) >= time) break;
      this.#move(child, i);
      i = child;
    }
    this.#put(i, slot, time);
  }

  #move(from: number, to: number): void {
    this.#slots[to] = this.#slots[from] as number;
    this.#times[to] = this.#times[from] as number;
  }

  #put(i: number, slot: number, time: number): void {
    this.#slots[i] = slot;
    this.#times[i] = time;
  }
}
