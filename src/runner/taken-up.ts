import type { ClaimedJob, TrialKey } from '../core/runner-protocol.ts';
import type { TrialResult } from '../core/trial-result.ts';
import type { Log } from './event.ts';
import { trialKeyText } from './job-plan.ts';
import type { Spool } from './spool.ts';

export type DoneTrial = TrialKey & { readonly state: TrialResult['state'] };

/** What need not be measured when a job is taken up: what the service has stored, and what lies in the spool on its way there. */
export async function doneTrials(job: Pick<ClaimedJob, 'done_trials'>, spool: Spool, log: Log): Promise<DoneTrial[]> {
  const done = new Map(job.done_trials.map((trial): [string, DoneTrial] => [trialKeyText(trial), trial]));
  for (const key of await spool.list()) {
    const state = stateIn(await spool.read(key));
    if (state !== null) {
      done.set(trialKeyText(key), done.get(trialKeyText(key)) ?? { ...key, state });
      continue;
    }
    log.warn({ ...key }, 'a spooled result is damaged: it is deleted, and the trial run again');
    await spool.remove(key);
  }
  return [...done.values()];
}

const STATES: readonly string[] = ['ok', 'error', 'skipped'] satisfies TrialResult['state'][];

/** Null: the bytes are no result. A file system that lost its power may give back a file of the right length and other content. */
function stateIn(bytes: Buffer): TrialResult['state'] | null {
  try {
    const { state } = JSON.parse(bytes.toString('utf8')) as { state?: unknown };
    return typeof state === 'string' && STATES.includes(state) ? (state as TrialResult['state']) : null;
  } catch {
    return null;
  }
}
