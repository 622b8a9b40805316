/** Keeps the last few computed values by key; equal keys that are asked for at once are computed once. */
export class Recent<T> {
  readonly #kept = new Map<string, Promise<T>>();
  readonly #bound: number;

  constructor(bound: number) {
    this.#bound = bound;
  }

  /** A failed computation is not kept. */
  async get(key: string, compute: () => Promise<T>): Promise<T> {
    const known = this.#kept.get(key);
    if (known) return known;
    const computed = compute();
    this.#kept.set(key, computed);
    const oldest = this.#kept.keys().next();
    if (this.#kept.size > this.#bound && !oldest.done) this.#kept.delete(oldest.value);
    try {
      return await computed;
    } catch (error) {
      this.#kept.delete(key);
      throw error;
    }
  }
}
