const NOTHING = new Uint8Array(0);
/** What is kept for the next use: most of what is held is shorter, and a thousand slots have it for 4 MiB. */
const SPARE_BYTES = 4096;
const FIRST_BYTES = 256;

/** Bytes that come piece by piece, in one buffer that grows with them. */
export class GrowingBytes {
  length = 0;
  /** The first `length` bytes of it, until the next append. */
  bytes: Uint8Array = NOTHING;

  append(from: Uint8Array, start: number, end: number): void {
    const needed = this.length + end - start;
    if (needed > this.bytes.length) {
      const larger = new Uint8Array(Math.max(FIRST_BYTES, 2 * needed));
      larger.set(this.bytes.subarray(0, this.length));
      this.bytes = larger;
    }
    this.bytes.set(from.subarray(start, end), this.length);
    this.length = needed;
  }

  /** Empty, with its memory for what comes next. */
  clear(): void {
    this.length = 0;
  }

  /** Empty, and its memory given back where that is more than a little. */
  release(): void {
    this.length = 0;
    if (this.bytes.length > SPARE_BYTES) this.bytes = NOTHING;
  }
}
