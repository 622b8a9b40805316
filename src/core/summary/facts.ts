import type { BaselineFacts } from '../gate/baseline.ts';
import type { Results } from '../results.ts';
import type { TargetOffer } from '../offer.ts';
import type { Block } from '../schedule.ts';
import type { Spec } from '../spec.ts';
import type { TrialSummary } from './trial-summary.ts';

/** What results say of the spec's thresholds. */
export type Judgement = Pick<Results, 'thresholds' | 'verdict' | 'baseline'>;

/** All that results are made from. */
export interface ExperimentFacts {
  readonly experiment: Results['experiment'];
  /** Parsed and normalised. */
  readonly spec: Spec;
  readonly schedule: readonly Block[];
  readonly host: Results['host'];
  readonly targets: readonly TargetOffer[];
  /** Of the current generation of the job. */
  readonly trials: readonly { readonly id: string; readonly summary: TrialSummary }[];
  /** What the experiment's series had pinned when this was judged; null: no series, or nothing pinned. */
  readonly baseline: BaselineFacts | null;
  /** The verdict that it was given before, with all that this was given for: it stands. Null or absent: none was. */
  readonly judged?: Judgement | null;
  /** The experiment still runs: what is missing may yet come. */
  readonly partial: boolean;
}
