/**
 * What a server may write to standard output and error within one second. All of it is read, for a pipe that nobody
 * empties blocks who writes to it, and that would be measured as the server's slowness. Reading costs the runner's core,
 * some 3 % of one near this rate (4.5 % at 30 MiB/s, on a busy virtual machine); without a bound it would take what it
 * gets, on two cores from server and generator. So up to here a server is never held back, and one beyond it (80,000
 * lines a second) is not measured at all: its trial says why.
 */
export const MAX_OUTPUT_BYTES_PER_S = 8 * 2 ** 20;

const SECOND_MS = 1000;

/** Counts output by the second. */
export class OutputRate {
  readonly #now: () => number;
  #since: number;
  #bytes = 0;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#since = now();
  }

  /** Takes what came; true when it is more than one second may bring. */
  isTooMuch(bytes: number): boolean {
    const now = this.#now();
    if (now - this.#since >= SECOND_MS) {
      this.#since = now;
      this.#bytes = 0;
    }
    this.#bytes += bytes;
    return this.#bytes > MAX_OUTPUT_BYTES_PER_S;
  }
}
