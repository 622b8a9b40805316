import { seededRandom, shuffled } from '../../src/core/random.ts';
import type { Cost } from './calibration.ts';
import { type Kind, KINDS, type PlantedName } from './kinds.ts';
import type { Design, PilotFacts } from './power.ts';

/** What was found out before the runs, and how they are made therefore. */
export interface Plan {
  readonly made_at: string;
  readonly seed: number;
  readonly host: { readonly digest: string; readonly text: string };
  /** What a run was allowed to take. */
  readonly most_s: number;
  readonly worse_by: number;
  readonly connections: number;
  readonly warmup_s: number;
  /** So many iterations cost so much: what the planted ones follow from. */
  readonly probe: { readonly iterations: number; readonly cost: Cost; readonly base_cpu_ms_per_request: number | null };
  readonly iterations: Readonly<Record<PlantedName, number>>;
  readonly pilots: readonly PilotFacts[];
  readonly designs: Readonly<Record<PlantedName, Design>>;
}

/** What the `index`-th run, from 0, plants: every three runs are one of each kind, in an order of their own. */
export function kindOfRun(index: number, seed: number): Kind {
  const round = Math.floor(index / KINDS.length);
  const kind = shuffled(KINDS, seededRandom(seed, 'kinds', String(round)))[index % KINDS.length];
  if (kind === undefined) throw new RangeError(`no run ${index}`);
  return kind;
}

/** A/A runs are made as those that look for the smaller difference: theirs is the gate that sees most. */
export function designOf({ designs }: Pick<Plan, 'designs'>, { kind }: Pick<Kind, 'kind'>): Design {
  return designs[kind === 'a-a' ? 'plus-5' : kind];
}

export function iterationsOf({ iterations }: Pick<Plan, 'iterations'>, { kind }: Pick<Kind, 'kind'>): number {
  return kind === 'a-a' ? 0 : iterations[kind];
}

/** The experiment of a run has a schedule of its own, the same when the run has to be made again. */
export function seedOfRun(index: number, seed: number): number {
  return Math.floor(seededRandom(seed, 'run', String(index))() * 2 ** 32);
}
