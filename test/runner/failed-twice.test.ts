import { describe, expect, it } from 'vitest';
import type { TrialFailure } from '../../src/core/trial-result.ts';
import { failedTwice, type PastTrial, skippedFor } from '../../src/runner/failed-twice.ts';

const failure = (step: TrialFailure['step'], reason: TrialFailure['reason']): TrialFailure => ({
  step,
  reason,
  says: 'It did not work.',
  output: 'traceback',
  exit_code: 1,
  signal: null,
});
const past = (cell: string, failed: TrialFailure | null, deployment = 'a'): PastTrial => ({
  deployment,
  cell,
  result: { state: failed === null ? 'ok' : 'error', failure: failed },
});
const early = failure('ready', 'exited-early');
const crash = failure('window', 'crashed');
const next = { deployment: 'a', cell: 'a.u10' };

describe('a deployment whose trials failed', () => {
  it('is tried again after one failure', () => {
    expect(failedTwice([past('a.u50', early)], next)).toBeNull();
  });

  it('is skipped after two failures before the window for the same reason, even with good trials between', () => {
    expect(failedTwice([past('a.u50', early), past('a.u10', null), past('a.u100', early)], next)).toEqual(early);
  });

  it('is tried again when the reasons differ, or another deployment failed', () => {
    expect(failedTwice([past('a.u50', early), past('a.u100', failure('ready', 'not-ready'))], next)).toBeNull();
    expect(failedTwice([past('b.u50', early, 'b'), past('b.u10', early, 'b')], next)).toBeNull();
  });

  it('that crashes under load is skipped in the cells where it did so twice, not in those that it bears', () => {
    const history = [past('a.u10', null), past('a.u100', crash), past('a.u10', null), past('a.u100', crash)];
    expect(failedTwice(history, { deployment: 'a', cell: 'a.u100' })).toEqual(crash);
    expect(failedTwice(history, next)).toBeNull();
  });

  it('that crashes under load and was never ok is skipped altogether', () => {
    expect(failedTwice([past('a.u100', crash), past('a.u50', crash)], next)).toEqual(crash);
  });

  it('is skipped with step and reason of its failures, which are named', () => {
    expect(skippedFor(early, 'a')).toEqual({
      ...early,
      output: null,
      says: 'Not run: two trials of a failed before for the same reason. It did not work.',
    });
  });
});
