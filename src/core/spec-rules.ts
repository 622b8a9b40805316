import type { InputProblem } from './errors.ts';
import { requestListProblems } from './request-list.ts';
import type { PartialSpec, SpecContext, SpecWarning } from './spec-context.ts';
import { loadProblems } from './spec-load-rules.ts';
import { checkOffers, type Offered } from './spec-offer-rules.ts';
import { shown } from './spec-problems.ts';
import { countProblems, durationProblems } from './spec-size-rules.ts';
import { thresholdProblems } from './spec-threshold-rules.ts';

/** Under this the t quantile is so large that only coarse differences show. */
const ADVISED_REPETITIONS = 5;

/** The rules between keys, each run when the keys it needs could be read. */
export function crossProblems(spec: PartialSpec, context: SpecContext): Offered {
  const offered = checkOffers(spec, context);
  const problems = [
    ...duplicateProblems(spec),
    ...loadProblems(spec),
    ...workloadProblems(spec),
    ...offered.problems,
    ...thresholdProblems(spec, context),
    ...countProblems(offered.spec),
  ];
  if (problems.length === 0) problems.push(...durationProblems(offered.spec));
  return { problems, warnings: [...offered.warnings, ...repetitionWarnings(spec)], spec: offered.spec };
}

/** Of a list of requests: placeholders that nobody fills, and the like. */
function workloadProblems({ workload }: PartialSpec): InputProblem[] {
  return workload === undefined || typeof workload === 'string' ? [] : requestListProblems(workload, '/workload');
}

function repetitionWarnings({ repetitions }: PartialSpec): SpecWarning[] {
  if (repetitions === undefined || repetitions >= ADVISED_REPETITIONS) return [];
  const detail =
    repetitions === 1
      ? `1 repetition gives no interval, so no difference can be shown; ${ADVISED_REPETITIONS} or more are advised`
      : `${repetitions} repetitions give wide intervals; ${ADVISED_REPETITIONS} or more are advised`;
  return [{ code: 'weak-repetitions', detail }];
}

function duplicates<T>(values: readonly T[]): number[] {
  return values.flatMap((value, i) => (value !== undefined && values.indexOf(value) < i ? [i] : []));
}

function duplicateProblems(spec: PartialSpec): InputProblem[] {
  const ids = (spec.deployments ?? []).map((d) => d?.id);
  return [
    ...duplicates(ids).map((i) => ({
      pointer: `/deployments/${i}/id`,
      detail: `deployment id ${shown(ids[i])} is already used`,
    })),
    ...duplicates(spec.workers ?? []).map((i) => ({
      pointer: `/workers/${i}`,
      detail: `worker count ${spec.workers?.[i]} is listed twice`,
    })),
  ];
}
