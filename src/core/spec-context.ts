import type { TargetOffer } from './offer.ts';
import type { SpecInput } from './spec-schema.ts';

export interface SpecContext {
  /** What the runners visible to the project offered lately; null when none ever registered. */
  readonly offers: readonly TargetOffer[] | null;
}

export interface SpecWarning {
  readonly code: 'no-runner-yet' | 'targets-skipped' | 'weak-repetitions';
  readonly detail: string;
}

/** A spec of which some keys, deployments, load families or thresholds could not be read; the latter keep their places. */
export type PartialSpec = Partial<Omit<SpecInput, 'deployments' | 'load' | 'thresholds'>> & {
  deployments?: readonly (SpecInput['deployments'][number] | undefined)[];
  load?: readonly (SpecInput['load'][number] | undefined)[];
  thresholds?: readonly (SpecInput['thresholds'][number] | undefined)[];
};
