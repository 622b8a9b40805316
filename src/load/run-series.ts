import type { LoadPlan } from '../core/load-plan.ts';
import type { LoadResult } from '../core/load-result.ts';
import { runOnce, type RunEngineOptions } from './run-once.ts';

/**
 * Runs against one server, one after the other: no two of their iterations have the same `{{seq}}`, and each run draws anew. What an
 * application wants to be unique would otherwise be refused from the second run on.
 */
export class RunSeries {
  #nextIteration: number;
  #runs = 0;

  constructor(plan: Pick<LoadPlan, 'first_iteration'>) {
    this.#nextIteration = plan.first_iteration ?? 1;
  }

  /** @throws EngineError as `runOnce`. */
  async run(plan: LoadPlan, options: RunEngineOptions): Promise<LoadResult> {
    const seed = (plan.seed + this.#runs) % Number.MAX_SAFE_INTEGER;
    this.#runs += 1;
    const result = await runOnce({ ...plan, seed, first_iteration: this.#nextIteration }, options);
    // A thread takes every `threads`-th number, however many it comes to use.
    this.#nextIteration += result.threads * ((result.iterations?.begun ?? 0) + 1);
    return result;
  }
}
