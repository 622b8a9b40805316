import { AppError, type InputProblem } from '../core/errors.ts';
import { makeId } from '../core/id.ts';
import { expandMatrix } from '../core/matrix.ts';
import { neededKeys } from '../core/offer.ts';
import type { Origin } from '../core/origin.ts';
import { type Block, makeSchedule, matrixSize } from '../core/schedule.ts';
import { parseSpec, type SpecWarning } from '../core/spec-parse.ts';
import type { Spec } from '../core/spec.ts';
import type { NewExperiment } from '../db/experiments.ts';
import { listOffers } from '../db/runners.ts';
import type { Deps } from './deps.ts';
import { offersSince } from './offer-window.ts';
import { problemCount, problemLine } from './problem.ts';

/** A spec that can be run, and in which order. */
export interface Planned {
  readonly spec: Spec;
  readonly schedule: Block[];
  readonly warnings: readonly SpecWarning[];
}

/** A seed below 2^32 is short enough to be typed again. */
function chooseSeed(deps: Deps): number {
  return deps.randomBytes(4).reduce((seed, byte) => seed * 256 + byte, 0);
}

/** Throws invalid-spec with every problem. */
export async function planExperiment(deps: Deps, project_id: string, input: unknown): Promise<Planned> {
  const offers = await listOffers(deps.db, project_id, offersSince(deps.now()));
  const parsed = parseSpec(input, { offers });
  if (!parsed.ok) throw invalidSpec(parsed.problems);
  const spec: Spec = { ...parsed.spec, seed: parsed.spec.seed ?? chooseSeed(deps) };
  return { spec, schedule: makeSchedule(expandMatrix(spec), spec.repetitions, spec.seed), warnings: parsed.warnings };
}

export function invalidSpec(problems: readonly InputProblem[]): AppError {
  return new AppError('invalid-spec', `the spec has ${problemCount(problems)}: ${problemLine(problems)}`, { problems });
}

export function queueFull(max_queued: number): AppError {
  const detail = `the project may have ${max_queued} queued experiments, and has as many`;
  return new AppError('quota-exceeded', detail, { extra: { max_queued } });
}

/** Whose it is, how it was asked for, and by what. */
interface Asked {
  readonly project_id: string;
  readonly original: { readonly text: string; readonly media_type: string };
  /** Data of the event `queued`. */
  readonly queued: Record<string, unknown>;
  readonly origin?: Origin | null;
}

/** The rows of an experiment, with ids of its own. */
export function newExperiment(deps: Pick<Deps, 'uuid'>, { spec, schedule }: Planned, asked: Asked): NewExperiment {
  const { cells, trials } = matrixSize(spec);
  const { project_id, original, queued, origin = null } = asked;
  return {
    experiment: {
      id: makeId('experiment', deps.uuid),
      project_id,
      name: spec.name,
      labels: spec.labels,
      origin,
      spec,
      original,
      schedule,
      cells_count: cells,
      trials_planned: trials,
    },
    job: {
      id: makeId('job', deps.uuid),
      needs: neededKeys(spec.deployments),
      runner_labels: spec.requires.runner_labels,
      timeout_s: spec.timeout_minutes * 60,
      queue_timeout_s: spec.queue_timeout_minutes * 60,
    },
    queued,
  };
}
