import type { ClaimedJob, TrialKey } from '../core/runner-protocol.ts';
import { type TrialResult, trialResultSchema } from '../core/trial-result.ts';
import type { Log } from './event.ts';
import { trialKeyText } from './job-plan.ts';
import type { Spool } from './spool.ts';

export type DoneTrial = TrialKey & { readonly state: TrialResult['state'] };

/** What need not be measured when a job is taken up: what the service has stored, and what lies in the spool on its way there. */
export async function doneTrials(job: Pick<ClaimedJob, 'done_trials'>, spool: Spool, log: Log): Promise<DoneTrial[]> {
  const done = new Map(job.done_trials.map((trial): [string, DoneTrial] => [trialKeyText(trial), trial]));
  for (const key of await spool.list()) {
    const state = stateIn(await spool.read(key), key);
    if (state !== null) {
      done.set(trialKeyText(key), done.get(trialKeyText(key)) ?? { ...key, state });
      continue;
    }
    log.warn({ ...key }, 'a spooled result is damaged: it is deleted, and the trial run again');
    await spool.remove(key);
  }
  return [...done.values()];
}

/**
 * Null: the bytes are no result of that trial, as the service would take one. A file system that lost its power may give back a file of
 * the right name with other content, a part of another result too; sent, it would be stored for good as one that was rejected.
 */
function stateIn(bytes: Buffer, key: TrialKey): TrialResult['state'] | null {
  try {
    const result = trialResultSchema.parse(JSON.parse(bytes.toString('utf8')));
    return trialKeyText(result) === trialKeyText(key) ? result.state : null;
  } catch {
    return null;
  }
}
