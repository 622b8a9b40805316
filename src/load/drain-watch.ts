import type { LoadPlan } from '../core/load-plan.ts';
import type { RunEngineOptions } from './run-once.ts';
import type { RunSeries } from './run-series.ts';

/** Of one look, at first; a slow application gets twice as long until it answers often enough within it, or a timeout has gone by. */
const LOOK_S = 0.3;
/** Requests of a look that a median is told from. */
const ENOUGH = 3;
/** A server that has not drained by then is as drained as it gets, which its next step says. */
const MOST_LOOKS = 20;
/** How much slower than alone a request may be, and what a scheduler may add. */
const FACTOR = 2;
const SLACK_MS = 2;

/**
 * Has the server worked off what an overload left in it? Its connections are gone by then, but not the work that they asked for. Asked
 * by one connection, which sees what a request takes when nothing waits.
 */
export class DrainWatch {
  readonly #plan: LoadPlan;
  readonly #series: RunSeries;
  readonly #options: RunEngineOptions;
  #alone_ms = Number.NaN;
  #look_s = LOOK_S;

  private constructor(plan: LoadPlan, series: RunSeries, options: RunEngineOptions) {
    this.#plan = plan;
    this.#series = series;
    this.#options = options;
  }

  /** Of an idle server. `plan`: whose workload is asked for. */
  static async begin(plan: LoadPlan, series: RunSeries, options: RunEngineOptions): Promise<DrainWatch> {
    const watch = new DrainWatch(plan, series, options);
    for (;;) {
      const { p50_ms, requests } = await watch.#look();
      watch.#alone_ms = p50_ms;
      if (requests >= ENOUGH || watch.#look_s >= plan.timeout_s) return watch;
      watch.#look_s *= 2;
    }
  }

  /** True when the server answers as when it was idle; false when it does not get there. */
  async wait(): Promise<boolean> {
    for (let looks = 0; looks < MOST_LOOKS && !this.#options.signal.aborted; looks += 1) {
      if ((await this.#look()).p50_ms <= FACTOR * this.#alone_ms + SLACK_MS) return true;
    }
    return false;
  }

  /** What one connection sees: the median service time, Infinity when nothing came, also where there is nothing to compare with. */
  async #look(): Promise<{ readonly p50_ms: number; readonly requests: number }> {
    const { signal, cpus, onStart } = this.#options;
    const look: LoadPlan = {
      ...this.#plan,
      model: { kind: 'connections', connections: 1 },
      threads: 1,
      warmup_s: this.#look_s / 3,
      window_s: this.#look_s,
      limit_ms: undefined,
      // What it is compared with was seen in the same way.
      rehearsal_s: 0,
    };
    const result = await this.#series.run(look, { signal, cpus, ...(onStart && { onStart }) });
    return { p50_ms: result.service_ms.p50 ?? Infinity, requests: result.requests };
  }
}
