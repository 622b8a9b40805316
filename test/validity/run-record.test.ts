import { describe, expect, it } from 'vitest';
import type { Results } from '../../src/core/results.ts';
import { runRecord } from './run-record.ts';

const DESIGN = { repetitions: 5, window_s: 1, expected_s: 20, power: 0.9, reaches: true };

const finding = (rule: string, severity: string, trial: string | null) => ({ rule, severity, trial });
const compared = (metric: string, a: string, verdict: string, ratio: number) => ({
  metric,
  a,
  verdict,
  ratio,
  lo: ratio - 0.01,
  hi: ratio + 0.01,
});

/** What of an experiment's results a record is made from; `a` of both comparisons, which results may order either way. */
function measured(a: 'base' | 'head'): Results {
  const isBase = a === 'base';
  return {
    experiment: { id: 'exp_1', status: 'succeeded', trials_planned: 10 },
    verdict: 'failed',
    thresholds: [{ checks: [{ value: 0.91, lo: 0.9, hi: 0.92, mde: null, reason: null }] }],
    comparisons: [
      compared('throughput_rps', a, isBase ? 'faster' : 'slower', isBase ? 1.099 : 0.91),
      compared('server_cpu_ms_per_request', a, 'inconclusive', isBase ? 1.1 : 0.909),
    ],
    cells: [
      { validity: 'valid', findings: [finding('noisy-host', 'SUSPECT', '1/1'), finding('closed-loop', 'NOTE', null)] },
      {
        validity: 'suspect',
        findings: [finding('noisy-host', 'SUSPECT', '2/1'), finding('accounting', 'INVALID', '2/1')],
      },
    ],
    trials: [
      { deployment: 'base', block: 2, run: 1, usable: true, throughput_rps: 1_002.4 },
      { deployment: 'base', block: 1, run: 1, usable: false, throughput_rps: 500 },
      { deployment: 'base', block: 1, run: 2, usable: true, throughput_rps: 1_001 },
    ],
    host: null,
  } as unknown as Results;
}

const recordOf = (a: 'base' | 'head') =>
  runRecord(3, 'plus-10', DESIGN, { results: measured(a), started_at: '2026-01-01T00:00:00Z', seconds: 41.26 });

describe('what is kept of a run', () => {
  it('is the verdict of the gate with its interval, and how the head is called, whichever side results name first', () => {
    const gate = { verdict: 'failed', ratio: 0.91, lo: 0.9, hi: 0.92, head: 'slower', head_by_cpu: 'inconclusive' };
    expect(recordOf('base')).toMatchObject({ ...gate, cost: { ratio: 1.1 }, index: 3, kind: 'plus-10', seconds: 41.3 });
    expect(recordOf('head')).toMatchObject({ ...gate, cost: { ratio: 1 / 0.909 } });
  });

  it('is the throughput of each trial that counts, in the order of the blocks', () => {
    expect(recordOf('base').throughput_rps).toEqual({ base: [1_001, 1_002], head: [] });
  });

  it('counts trials that were run once more, could not be used or were disturbed, and findings that are more than notes', () => {
    expect(recordOf('base')).toMatchObject({
      validity: ['valid', 'suspect'],
      trials: { planned: 10, again: 1, unused: 1, noisy: 2 },
      findings: { 'noisy-host': 2, accounting: 1 },
    });
    expect(recordOf('base').findings).not.toHaveProperty('closed-loop');
  });
});
