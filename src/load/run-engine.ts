import type { LoadPlan } from '../core/load-plan.ts';
import type { LoadResult } from '../core/load-result.ts';
import { isCapacityPlan, runCapacity } from './run-capacity.ts';
import { runOnce, type RunEngineOptions } from './run-once.ts';

export { EngineError, type RunEngineOptions } from './run-once.ts';

/**
 * Runs a plan of any model and resolves with its result; every process that it started has ended when this settles. A capacity search
 * starts one for each of its steps, one after the other: `onStart` and the phases then come once for each.
 * @throws EngineError when the plan is refused or the engine fails, hangs, or is stopped before its window began.
 */
export async function runEngine(plan: LoadPlan, options: RunEngineOptions): Promise<LoadResult> {
  return isCapacityPlan(plan) ? await runCapacity(plan, options) : await runOnce(plan, options);
}
