/** Keys that are remembered, at about 100 bytes each; of more, the one that was not seen for longest is forgotten. */
const MOST_KEYS = 10_000;

/**
 * Keys that were good when they came last, by their hash: whoever has one is let through to the database from an address where keys
 * are being tried, for many may share it. Whether a key is good still, only the database says.
 */
export class GoodKeys {
  readonly #hashes = new Set<string>();

  has(hash: string): boolean {
    return this.#hashes.has(hash);
  }

  note(hash: string, isGood: boolean): void {
    this.#hashes.delete(hash);
    if (!isGood) return;
    this.#hashes.add(hash);
    const [oldest] = this.#hashes;
    if (this.#hashes.size > MOST_KEYS && oldest !== undefined) this.#hashes.delete(oldest);
  }
}
