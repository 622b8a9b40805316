import { expect, it } from 'vitest';
import { OUTBOUND_EVENTS } from '../../src/core/outbound-event.ts';
import { commitStatus, MAX_DESCRIPTION, statusText } from '../../src/report/ci-status.ts';
import { makeCheck, makeInconclusive, makeThreshold } from '../fixtures/thresholds.ts';

const NOTHING = { reason: null, thresholds: [] };

it.each([
  ['experiment.queued', NOTHING, 'pending', 'waits for a runner'],
  ['experiment.started', NOTHING, 'pending', 'is being measured'],
  ['experiment.succeeded', NOTHING, 'success', 'measured; no thresholds to judge it by'],
  ['experiment.failed', { ...NOTHING, reason: 'no-ok-trial' }, 'error', 'the experiment failed: no ok trial'],
  ['experiment.canceled', { ...NOTHING, reason: 'canceled' }, 'error', 'the experiment was canceled'],
  [
    'experiment.verdict.passed',
    { reason: null, thresholds: [makeThreshold({ verdict: 'passed' })] },
    'success',
    'passed: 1 threshold',
  ],
  [
    'experiment.verdict.failed',
    { reason: null, thresholds: [makeThreshold(), makeThreshold({ id: 'T2', verdict: 'passed' })] },
    'failure',
    'failed: 1 of 2 thresholds',
  ],
  [
    'experiment.verdict.inconclusive',
    { reason: null, thresholds: [makeInconclusive()] },
    'success',
    'inconclusive, not passed: a change below 4.6 % could not be seen',
  ],
  [
    'experiment.verdict.inconclusive',
    { reason: null, thresholds: [makeThreshold({ verdict: 'inconclusive', checks: [] })] },
    'success',
    'inconclusive, not passed: no answer could be given',
  ],
  [
    'experiment.verdict.inconclusive',
    {
      reason: null,
      thresholds: [
        makeThreshold({
          verdict: 'inconclusive',
          checks: [makeCheck({ verdict: 'passed' }), makeCheck({ verdict: 'inconclusive', reason: 'no-usable-trial' })],
        }),
      ],
    },
    'success',
    'inconclusive, not passed: no trial can be used',
  ],
] as const)('%s of %o is %s: %s', (event, facts, state, description) => {
  expect(commitStatus(event, facts)).toEqual({ state, description });
});

it('Events of runners and tests are no commit’s', () => {
  for (const event of OUTBOUND_EVENTS.filter((each) => !each.startsWith('experiment.')))
    expect(commitStatus(event, NOTHING)).toBeNull();
});

it('A description is no longer than GitHub takes', () => {
  const reason = 'a-reason-'.repeat(100);
  expect(commitStatus('experiment.failed', { ...NOTHING, reason })?.description).toHaveLength(MAX_DESCRIPTION);
});

it('Characters of four bytes, which GitHub refuses in a status, are replaced, and none is cut in half', () => {
  expect(statusText('sehr schön ☃ 🐛!')).toBe('sehr schön ☃ \ufffd!');
  const long = statusText('🐛'.repeat(MAX_DESCRIPTION));
  expect(long).toBe('\ufffd'.repeat(MAX_DESCRIPTION));
  expect(statusText(`${'x'.repeat(10)}${'🐛'.slice(0, 1)}`)).toBe(`${'x'.repeat(10)}\ufffd`);
});
