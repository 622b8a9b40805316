import { describe, expect, it } from 'vitest';
import type { ThresholdCheck } from '../../src/core/gate/verdict.ts';
import type { Results } from '../../src/core/results.ts';
import { abText, abVerdict } from '../../src/report/ab-text.ts';

const SIDES = {
  base: { ref: 'main', commit: '1111111111111111111111111111111111111111' },
  head: { ref: '2222222222222222222222222222222222222222', commit: '2222222222222222222222222222222222222222' },
};

const CHECK: ThresholdCheck = {
  cell: 'head.w1.c16',
  cell_base: 'base.w1.c16',
  metric: 'throughput_rps',
  expected: 'throughput_rps worse by 3 % at most',
  value: 0.912,
  lo: 0.901,
  hi: 0.923,
  verdict: 'failed',
  method: 'paired',
  p_holm: 0.0001,
  mde: null,
  reason: null,
};

function resultsOf(check: Partial<ThresholdCheck> | null, more: Partial<Results> = {}): Results {
  const checks = check === null ? [] : [{ ...CHECK, ...check }];
  const verdict = checks[0]?.verdict ?? 'inconclusive';
  return {
    experiment: { name: 'shop: work against main', status: 'succeeded' },
    thresholds: [{ id: 'not-slower', kind: 'regression', verdict, checks }],
    verdict,
    trials: [],
    partial: false,
    ...more,
  } as unknown as Results;
}

describe('the answer of ab', () => {
  it('says of a slower head by how much, with its interval', () => {
    expect(abText(resultsOf({}), SIDES).split('\n')).toEqual([
      'shop: work against main',
      'head 222222222222 against base main (111111111111)',
      'ratio 0.912 (0.901–0.923): the base serves 9.6 % more than the head',
      'slower than allowed (throughput_rps worse by 3 % at most)',
    ]);
  });

  it('tells how much slower as the threshold does, with digits enough to tell it from what is allowed', () => {
    const check = { expected: 'throughput_rps worse by 10 % at most', value: 0.908, lo: 0.906, hi: 0.9088 } as const;
    expect(abText(resultsOf(check), SIDES).split('\n')[2]).toBe(
      'ratio 0.908 (0.906–0.9088): the base serves 10.1 % more than the head',
    );
  });

  it('says of one that is not slower that it is not', () => {
    const text = abText(resultsOf({ verdict: 'passed', value: 1.1, lo: 1.05, hi: 1.15 }), SIDES);
    expect(text).toContain('the head serves 10 % more than the base\nnot slower than allowed (');
  });

  it('names with an inconclusive one the smallest difference that would have shown', () => {
    const inconclusive = {
      verdict: 'inconclusive',
      value: 1,
      lo: 0.9,
      hi: 1.11,
      mde: 0.14,
      reason: 'interval-spans',
    } as const;
    const text = abText(resultsOf(inconclusive), SIDES);
    expect(text).toContain('the head serves just what the base serves');
    expect(text).toMatch(
      /inconclusive \(.*\): a difference of 14 % or more would have shown, a smaller one with more repetitions$/m,
    );
    expect(abVerdict(resultsOf(inconclusive))).toEqual({
      verdict: 'inconclusive',
      ratio: 1,
      lo: 0.9,
      hi: 1.11,
      mde: 0.14,
      reason: 'interval-spans',
    });
  });

  it('says why where there is no ratio, and which trials were not ok', () => {
    const without = { verdict: 'inconclusive', value: null, lo: null, hi: null, reason: 'too-few' } as const;
    const trial = { state: 'error', cell: 'head.w1.c16', says: 'The build failed.', reason: 'provision-failed' };
    const text = abText(resultsOf(without, { trials: [trial] as unknown as Results['trials'] }), SIDES);
    expect(text).toContain('ratio: none, for too little could be measured\ninconclusive');
    expect(text).toContain(': too few repetitions\n1 trial not ok, head.w1.c16 first: The build failed.');
  });

  it('keeps within the width of a terminal, whatever a trial has said', () => {
    const trial = { state: 'error', cell: 'head.w1.c16', says: `The build said:\n${'no such package '.repeat(9)}` };
    const text = abText(resultsOf({}, { trials: [trial] as unknown as Results['trials'] }), SIDES, 80);
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    expect(text.replaceAll(/\s+/g, ' ')).toContain('head.w1.c16 first: The build said: no such package');
  });

  it('has no verdict where the experiment did not succeed', () => {
    const canceled = resultsOf(null, {
      verdict: 'none',
      experiment: { name: 'x', status: 'canceled' } as Results['experiment'],
    });
    expect(abText(canceled, SIDES)).toContain('no verdict: the experiment was canceled');
  });
});
