import type { JobPlan, PlannedTrial } from './job-plan.ts';
import type { TrialRunner } from './run-planned-trial.ts';

/** One block in its order; the trials that may not be believed once more at its end, as run 2. */
export async function runBlock(trials: TrialRunner, plan: JobPlan, block: number): Promise<void> {
  const again: PlannedTrial[] = [];
  for (const planned of plan.trials.filter((each) => each.block === block)) {
    const isDue = trials.isDone(planned, 1) ? trials.isRerunDue(planned) : await trials.run(planned, 1);
    if (isDue) again.push(planned);
  }
  for (const planned of again) {
    if (!trials.isDone(planned, 2)) await trials.run(planned, 2);
  }
}
