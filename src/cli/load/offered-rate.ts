import type { LoadModel, Stage } from '../../core/load-plan.ts';

/** Iterations/s that are planned so many seconds after the window's begin, before it where that is negative; null: the model has no rate. */
export function offeredRps(model: LoadModel, intoWindow_s: number): number | null {
  if (model.kind === 'rate') return model.rate_rps;
  return model.kind === 'stages' ? rateOfStages(model.stages, intoWindow_s) : null;
}

function rateOfStages(stages: readonly Stage[], at_s: number): number {
  let begun_s = 0;
  for (const { from_rps, to_rps, for_s } of stages) {
    const share = Math.max(0, (at_s - begun_s) / for_s);
    if (share <= 1) return from_rps + share * (to_rps - from_rps);
    begun_s += for_s;
  }
  return 0;
}
