const FIRST_CAPACITY = 1024;

/** Requests that have been reached and have no connection yet, in the order of their arrival: a growing ring in typed arrays. */
export class WaitingRequests {
  size = 0;
  #head = 0;
  #planned = new Float64Array(FIRST_CAPACITY);
  #reached = new Float64Array(FIRST_CAPACITY);
  #step = new Int32Array(FIRST_CAPACITY);

  /** Times in ms; `step`: the first one of its iteration. */
  add(planned: number, reached: number, step: number): void {
    if (this.size === this.#planned.length) this.#grow();
    const at = (this.#head + this.size) % this.#planned.length;
    this.#planned[at] = planned;
    this.#reached[at] = reached;
    this.#step[at] = step;
    this.size += 1;
  }

  /** Of the oldest; Infinity when there is none. */
  get reached(): number {
    return this.size === 0 ? Infinity : (this.#reached[this.#head] as number);
  }

  get planned(): number {
    return this.#planned[this.#head] as number;
  }

  get step(): number {
    return this.#step[this.#head] as number;
  }

  /** Removes the oldest. */
  shift(): void {
    this.#head = (this.#head + 1) % this.#planned.length;
    this.size -= 1;
  }

  #grow(): void {
    const { length } = this.#planned;
    const [planned, reached, step] = [this.#planned, this.#reached, this.#step];
    this.#planned = new Float64Array(2 * length);
    this.#reached = new Float64Array(2 * length);
    this.#step = new Int32Array(2 * length);
    for (let i = 0; i < this.size; i += 1) {
      const from = (this.#head + i) % length;
      this.#planned[i] = planned[from] as number;
      this.#reached[i] = reached[from] as number;
      this.#step[i] = step[from] as number;
    }
    this.#head = 0;
  }
}
