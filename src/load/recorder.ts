import { emptyHistogram, type Histogram, recordUs } from '../core/histogram.ts';

/**
 * The counts of a histogram of `core/histogram.ts` (1 µs to 1 h, 3 digits), recorded without an object, a call into a
 * library or a logarithm per sample: the engine records up to eight of them per request. Bucket layout of HdrHistogram:
 * 2,048 buckets of 1 µs, then 1,024 per doubling.
 */
const HIGHEST_US = 3_600_000_000;
const HALF_BITS = 10;
const HALF = 1 << HALF_BITS;
const BUCKETS = indexOf(HIGHEST_US) + 1;

function indexOf(us: number): number {
  if (us < 2 * HALF) return us;
  const shift = 31 - Math.clz32(us) - HALF_BITS;
  return (shift << HALF_BITS) + (us >>> shift);
}

/** The lowest value of a bucket (µs). */
function lowestUs(index: number): number {
  return index < 2 * HALF ? index : ((index & (HALF - 1)) + HALF) * 2 ** ((index >>> HALF_BITS) - 1);
}

function highestUs(index: number): number {
  return lowestUs(index + 1) - 1;
}

/** The counts of a recorder, for a merge or for another thread: buckets that are not empty, in ascending order. */
export interface RecorderDump {
  readonly indexes: Uint32Array;
  readonly counts: Float64Array;
  readonly sumUs: number;
}

export class Recorder {
  /** Exact up to 2^53: of 32 bits a count would wrap within the hour at 600,000 requests/s. */
  readonly #counts = new Float64Array(BUCKETS + 1);
  #top = 0;
  total = 0;
  /** Sum of the recorded values (µs, rounded to whole ones as recorded). */
  sumUs = 0;

  /** Records a duration in ms; rounded to whole µs, at least 1 µs, at most 1 h. */
  record(ms: number): void {
    this.recordUs(ms * 1000, 1);
  }

  recordUs(value: number, count: number): void {
    let us = 1;
    if (value >= HIGHEST_US) us = HIGHEST_US;
    else if (value > 1) us = (value + 0.5) >>> 0;
    const index = us < 2 * HALF ? us : indexOf(us);
    this.#counts[index] = (this.#counts[index] as number) + count;
    if (index > this.#top) this.#top = index;
    this.total += count;
    this.sumUs += us * count;
  }

  clear(): void {
    if (this.total === 0) return;
    this.#counts.fill(0, 0, this.#top + 1);
    this.#top = 0;
    this.total = 0;
    this.sumUs = 0;
  }

  meanMs(): number | null {
    return this.total === 0 ? null : this.sumUs / this.total / 1000;
  }

  /** The nearest-rank quantile in ms, as `core/histogram.ts` has it: the highest value of the bucket of rank ⌈qn⌉. */
  quantileMs(q: number): number | null {
    const index = this.quantileIndex(q);
    return index === null ? null : highestUs(index) / 1000;
  }

  /** The bucket of that quantile, counted as in `dump`. */
  quantileIndex(q: number): number | null {
    if (this.total === 0) return null;
    const rank = Math.max(1, Math.ceil(q * this.total - 1e-9));
    let seen = 0;
    for (let i = 0; i <= this.#top; i += 1) {
      seen += this.#counts[i] as number;
      if (seen >= rank) return i;
    }
    return this.#top;
  }

  dump(): RecorderDump {
    const indexes: number[] = [];
    for (let i = 0; i <= this.#top; i += 1) if (this.#counts[i] !== 0) indexes.push(i);
    const counts = Float64Array.from(indexes, (i) => this.#counts[i] as number);
    return { indexes: Uint32Array.from(indexes), counts, sumUs: this.sumUs };
  }

  /** As if its samples had been recorded here. */
  add({ indexes, counts, sumUs }: RecorderDump): void {
    for (let i = 0; i < indexes.length; i += 1) {
      const index = indexes[i] as number;
      const count = counts[i] as number;
      this.#counts[index] = (this.#counts[index] as number) + count;
      this.total += count;
      if (index > this.#top) this.#top = index;
    }
    this.sumUs += sumUs;
  }

  /** How many samples are certainly longer than this (whole buckets above it). */
  countAboveMs(ms: number): number {
    const us = Math.floor(ms * 1000);
    let count = 0;
    for (let i = indexOf(Math.min(us, HIGHEST_US)) + 1; i <= this.#top; i += 1) count += this.#counts[i] as number;
    return count;
  }

  /** The same counts as a histogram that can be encoded and merged. */
  toHistogram(): Histogram {
    const histogram = emptyHistogram();
    for (let i = 0; i <= this.#top; i += 1) {
      const count = this.#counts[i] as number;
      if (count > 0) recordUs(histogram, lowestUs(i), count);
    }
    return histogram;
  }
}
