import type { InputProblem } from './errors.ts';
import { MAX_CELLS, MAX_TRIALS } from './limits.ts';
import { matrixSize } from './schedule.ts';
import type { PartialSpec } from './spec-context.ts';
import { levelCount } from './spec-slug-rules.ts';

/** Too many cells or trials, as far as the keys that they follow from could be read. */
export function countProblems(spec: PartialSpec): InputProblem[] {
  const levels = (spec.load ?? []).reduce((sum, family) => sum + levelCount(family), 0);
  const cells = (spec.deployments?.length ?? 0) * (spec.workers?.length ?? 0) * levels;
  if (cells > MAX_CELLS)
    return [{ pointer: '', detail: `the matrix has ${cells} cells; at most ${MAX_CELLS} are allowed` }];
  const trials = cells * (spec.repetitions ?? 1);
  if (trials <= MAX_TRIALS) return [];
  return [
    {
      pointer: '/repetitions',
      detail: `${cells} cells × ${spec.repetitions} repetitions are ${trials} trials; at most ${MAX_TRIALS} are allowed`,
    },
  ];
}

/** An experiment that cannot end in the time it was given. Only for a spec that has no other problem. */
export function durationProblems(spec: PartialSpec): InputProblem[] {
  const { workers, workload, repetitions, warmup_s, window_s, timeout_minutes } = spec;
  const deployments = spec.deployments?.filter((d) => d !== undefined);
  const load = spec.load?.filter((family) => family !== undefined);
  if (!deployments || !workers || !load || workload === undefined) return [];
  if (repetitions === undefined || warmup_s === undefined || window_s === undefined || timeout_minutes === undefined)
    return [];
  const { trials, estimated_s } = matrixSize({ deployments, workers, load, workload, repetitions, warmup_s, window_s });
  const minutes = Math.ceil(estimated_s / 60);
  if (minutes <= timeout_minutes) return [];
  return [
    {
      pointer: '/timeout_minutes',
      detail: `the matrix of ${trials} trials is estimated at ${minutes} minutes, more than timeout_minutes ${timeout_minutes}`,
    },
  ];
}
