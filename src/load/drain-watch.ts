import type { LoadPlan } from '../core/load-plan.ts';
import type { RunEngineOptions } from './run-once.ts';
import type { RunSeries } from './run-series.ts';

/** Of one look: enough for some requests of a slow application. */
const LOOK_S = 0.3;
/** A server that has not drained by then is as drained as it gets; the next step's warm-up has to do. */
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
  readonly #alone_ms: number;

  private constructor(plan: LoadPlan, series: RunSeries, options: RunEngineOptions, alone_ms: number) {
    this.#plan = plan;
    this.#series = series;
    this.#options = options;
    this.#alone_ms = alone_ms;
  }

  /** Of an idle server. `plan`: whose workload is asked for. */
  static async begin(plan: LoadPlan, series: RunSeries, options: RunEngineOptions): Promise<DrainWatch> {
    const idle = new DrainWatch(plan, series, options, Number.NaN);
    return new DrainWatch(plan, series, options, await idle.#look());
  }

  /** Resolves when the server answers as when it was idle, or does not get there. */
  async wait(): Promise<void> {
    for (let looks = 0; looks < MOST_LOOKS && !this.#options.signal.aborted; looks += 1) {
      if ((await this.#look()) <= FACTOR * this.#alone_ms + SLACK_MS) return;
    }
  }

  /** The median service time (ms) of one connection; Infinity when nothing came, also where there is nothing to compare with. */
  async #look(): Promise<number> {
    const { signal, cpus, onStart } = this.#options;
    const look: LoadPlan = {
      ...this.#plan,
      model: { kind: 'connections', connections: 1 },
      threads: 1,
      warmup_s: LOOK_S / 3,
      window_s: LOOK_S,
      limit_ms: undefined,
    };
    const result = await this.#series.run(look, { signal, cpus, ...(onStart && { onStart }) });
    return result.service_ms.p50 ?? Infinity;
  }
}
