import { foreignText } from '../core/foreign-text.ts';
import { MAX_SAYS_LENGTH, type TrialFailure, type TrialResult } from '../core/trial-result.ts';

/** As often as this: once may be chance. */
const TIMES = 2;
const IN_WINDOW = new Set<TrialFailure['step']>(['warmup', 'window', 'stop']);

export interface PastTrial {
  readonly deployment: string;
  readonly cell: string;
  readonly result: Pick<TrialResult, 'state' | 'failure'>;
}

/**
 * The failure for which a trial need not be tried: two trials of its deployment failed in the same way before the load
 * began, or, once it was loaded (which may be the load's doing), two of its cell, or two of a deployment of which none
 * was ever ok. Null: run it.
 */
export function failedTwice(
  past: readonly PastTrial[],
  next: { readonly deployment: string; readonly cell: string },
): TrialFailure | null {
  const ofDeployment = past.filter((each) => each.deployment === next.deployment);
  const neverOk = ofDeployment.every((each) => each.result.state !== 'ok');
  const failures = ofDeployment.flatMap(({ cell, result: { state, failure } }) =>
    state === 'error' && failure !== null && (!IN_WINDOW.has(failure.step) || neverOk || cell === next.cell)
      ? [failure]
      : [],
  );
  return failures.find((failure) => failures.filter((other) => isAlike(failure, other)).length >= TIMES) ?? null;
}

function isAlike(a: TrialFailure, b: TrialFailure): boolean {
  return a.step === b.step && a.reason === b.reason;
}

/** The failure of a trial that is skipped for it: the same step and reason, so that tables count it with its cause. */
export function skippedFor(failure: TrialFailure, deployment: string): TrialFailure {
  const says = `Not run: two trials of ${deployment} failed before for the same reason. ${failure.says}`;
  return { ...failure, says: foreignText(says, MAX_SAYS_LENGTH), output: null };
}
