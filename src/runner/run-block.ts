import { trialSummary } from '../core/summary/trial-summary.ts';
import { trialFindings } from '../core/validity/rules.ts';
import type { TrialResult } from '../core/trial-result.ts';
import type { JobPlan, PlannedTrial } from './job-plan.ts';
import type { TrialRunner } from './run-planned-trial.ts';

/** One block in its order; the trials that may not be believed once more at its end, as run 2. */
export async function runBlock(trials: TrialRunner, plan: JobPlan, block: number): Promise<void> {
  const again: PlannedTrial[] = [];
  for (const planned of plan.trials.filter((each) => each.block === block)) {
    if (trials.isDone(planned, 1)) continue;
    const result = await trials.run(planned, 1);
    if (isInvalid(plan, planned, result)) again.push(planned);
  }
  for (const planned of again) {
    if (!trials.isDone(planned, 2)) await trials.run(planned, 2);
  }
}

/** A trial that failed is a result, and stays one; a trial that was measured but is invalid gets one more chance. */
function isInvalid(plan: JobPlan, { cell }: PlannedTrial, result: TrialResult): boolean {
  if (result.state !== 'ok') return false;
  return trialFindings({ cell, spec: plan.spec, result: trialSummary(result) }).some(
    (finding) => finding.severity === 'INVALID',
  );
}
