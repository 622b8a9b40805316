/** Keeps the last few computed values by key. */
export class Recent<T> {
  readonly #kept = new Map<string, T | Promise<T>>();
  readonly #bound: number;
  readonly #isolated: boolean;

  /**
   * Equal keys that are asked for at once are computed once, unless requests are isolated: then a computation whose request
   * ended midway would never end, and whoever joined it would wait for ever.
   */
  constructor(bound: number, { isolated = false }: { readonly isolated?: boolean | undefined } = {}) {
    this.#bound = bound;
    this.#isolated = isolated;
  }

  /** A failed computation is not kept. */
  async get(key: string, compute: () => Promise<T>): Promise<T> {
    const known = this.#kept.get(key);
    if (known !== undefined) return known;
    const computed = compute();
    if (!this.#isolated) this.#keep(key, computed);
    try {
      const value = await computed;
      if (this.#isolated) this.#keep(key, value);
      return value;
    } catch (error) {
      this.#kept.delete(key);
      throw error;
    }
  }

  #keep(key: string, value: T | Promise<T>): void {
    this.#kept.set(key, value);
    const oldest = this.#kept.keys().next();
    if (this.#kept.size > this.#bound && !oldest.done) this.#kept.delete(oldest.value);
  }
}
