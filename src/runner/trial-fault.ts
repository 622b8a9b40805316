import type { TrialFailure } from '../core/trial-result.ts';

/** What ends a trial early: a step that failed, and why. It becomes the trial's `failure`; the matrix goes on. */
export class TrialFault extends Error {
  readonly step: TrialFailure['step'];
  readonly reason: TrialFailure['reason'];
  /** Output of its own, where it is not the server's (an installer's). */
  readonly output: string | null;

  constructor(step: TrialFailure['step'], reason: TrialFailure['reason'], says: string, output: string | null = null) {
    super(says);
    this.name = 'TrialFault';
    this.step = step;
    this.reason = reason;
    this.output = output;
  }
}
