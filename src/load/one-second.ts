import type { LoadResult } from '../core/load-result.ts';
import { Recorder, type RecorderDump } from './recorder.ts';

const SECOND_MS = 1000;

/** What one second of the window holds; `second` from 0. */
export interface SecondDump extends RecorderDump {
  readonly second: number;
}

/**
 * In which second of the window did the slow requests end? Kept sparse: a second in full would be 100 kB. Requests of
 * the window that end after it fall into the seconds that follow.
 */
export class OneSecond {
  readonly #seconds: SecondDump[] = [];
  readonly #current = new Recorder();
  #second = -1;
  #end = Number.NEGATIVE_INFINITY;

  /** `windowStart` and `now` in ms on the same clock; `now` never goes back. */
  record(windowStart: number, now: number, latencyMs: number): void {
    if (now >= this.#end) {
      this.#close();
      this.#second = Math.floor((now - windowStart) / SECOND_MS);
      this.#end = windowStart + SECOND_MS * (this.#second + 1);
    }
    this.#current.record(latencyMs);
  }

  dump(): SecondDump[] {
    this.#close();
    return [...this.#seconds];
  }

  /** As if what another thread saw had been recorded here; nothing is recorded afterwards. */
  add(seconds: readonly SecondDump[]): void {
    this.#close();
    this.#seconds.push(...seconds);
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
    const bySecond = new Map<number, number>();
    for (const { second, indexes, counts } of this.#seconds) {
      const here = counts.reduce((sum, count, i) => sum + ((indexes[i] as number) >= from ? count : 0), 0);
      above += here;
      bySecond.set(second, (bySecond.get(second) ?? 0) + here);
    }
    return above === 0 ? null : Math.max(...bySecond.values()) / above;
  }

  #close(): void {
    if (this.#current.total === 0) return;
    this.#seconds.push({ second: this.#second, ...this.#current.dump() });
    this.#current.clear();
  }
}
