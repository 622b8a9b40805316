import type { LoadResult } from '../core/load-result.ts';
import { Recorder } from './recorder.ts';

const SECOND_MS = 1000;

/** What one second holds: the buckets that are not empty, and their counts. */
interface Second {
  readonly indexes: Uint32Array;
  readonly counts: Uint32Array;
}

/**
 * In which second of the window did the slow requests end? Kept sparse: a second in full would be 100 kB. Requests of
 * the window that end after it fall into the seconds that follow.
 */
export class OneSecond {
  readonly #seconds: Second[] = [];
  readonly #current = new Recorder();
  #end = Number.NEGATIVE_INFINITY;

  /** `windowStart` and `now` in ms on the same clock; `now` never goes back. */
  record(windowStart: number, now: number, latencyMs: number): void {
    if (now >= this.#end) {
      this.#close();
      this.#end = windowStart + SECOND_MS * (Math.floor((now - windowStart) / SECOND_MS) + 1);
    }
    this.#current.record(latencyMs);
  }

  /** `all`: the same latencies together. */
  shares(all: Recorder): NonNullable<LoadResult['one_second_share']> {
    this.#close();
    return {
      p50: this.#share(all.quantileIndex(0.5)),
      p90: this.#share(all.quantileIndex(0.9)),
      p95: this.#share(all.quantileIndex(0.95)),
      p99: this.#share(all.quantileIndex(0.99)),
      p999: this.#share(all.quantileIndex(0.999)),
    };
  }

  /**
   * The bucket of the percentile counts as above it: where many requests took equally long, the few beyond their bucket
   * are not what holds the percentile in its place.
   */
  #share(from: number | null): number | null {
    if (from === null) return null;
    let above = 0;
    let most = 0;
    for (const { indexes, counts } of this.#seconds) {
      const here = counts.reduce((sum, count, i) => sum + ((indexes[i] as number) >= from ? count : 0), 0);
      above += here;
      most = Math.max(most, here);
    }
    return above === 0 ? null : most / above;
  }

  #close(): void {
    if (this.#current.total === 0) return;
    this.#seconds.push(this.#current.filled());
    this.#current.clear();
  }
}
