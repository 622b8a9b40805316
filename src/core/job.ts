/** States of an experiment and of the job that runs it. `docs/job-lifecycle.md` draws them. */
export const EXPERIMENT_STATES = ['queued', 'running', 'succeeded', 'failed', 'canceled'] as const;
export type ExperimentState = (typeof EXPERIMENT_STATES)[number];
export const JOB_STATES = ['queued', 'claimed', 'running', 'canceling', 'succeeded', 'failed', 'canceled'] as const;
export type JobState = (typeof JOB_STATES)[number];

export const END_REASONS = ['runner-lost', 'deadline', 'no-runner', 'fail-fast', 'no-ok-trial', 'canceled'] as const;
export type EndReason = (typeof END_REASONS)[number];

export const OUTCOMES = ['succeeded', 'failed', 'canceled'] as const;
export type Outcome = (typeof OUTCOMES)[number];

export function hasEnded(state: ExperimentState | JobState): boolean {
  return state === 'succeeded' || state === 'failed' || state === 'canceled';
}

/** Intervals of the runner protocol, in seconds; the service names them to each runner. */
export const PROTOCOL = {
  poll_s: 1,
  heartbeat_s: 15,
  /** Six missed beats: shorter would lose runners to a restart of the service. */
  lease_s: 90,
  /** A claim that is not started by then returns to the queue. */
  claim_start_s: 30,
  /** Below the 30 s after which common proxies give up. */
  wait_max_s: 25,
} as const;
