import { describe, expect, it } from 'vitest';
import { countsOf, exitCodeOf, outcomeOf } from './counts.ts';
import { runOf } from './fixture.ts';
import type { KindName } from './kinds.ts';
import type { RunRecord } from './run-record.ts';

const runs = (kind: KindName, count: number, change: Partial<RunRecord> = {}) =>
  Array.from({ length: count }, (_, index) => runOf({ index, kind, ...change }));
const SLOWER = { verdict: 'failed', head: 'slower', ratio: 0.91, lo: 0.9, hi: 0.92 } as const;
const FASTER = { verdict: 'passed', head: 'faster' } as const;
const countOf = (kind: KindName, all: readonly RunRecord[]) => countsOf(all).find((of) => of.kind.kind === kind);

describe('what a run is counted as', () => {
  it('is the verdict of the gate; a pass may hide a head that was called faster', () => {
    expect(outcomeOf({ verdict: 'failed', head: 'slower' })).toBe('slower');
    expect(outcomeOf({ verdict: 'passed', head: 'equivalent' })).toBe('not slower');
    expect(outcomeOf({ verdict: 'passed', head: 'inconclusive' })).toBe('not slower');
    expect(outcomeOf(FASTER)).toBe('faster');
  });

  it('is inconclusive where the gate did not judge, however that came', () => {
    expect(outcomeOf({ verdict: 'inconclusive', head: 'slower' })).toBe('inconclusive');
    expect(outcomeOf({ verdict: 'none', head: 'not-testable' })).toBe('inconclusive');
  });
});

describe('a goal', () => {
  it.each([
    ['plus-5', 18, true],
    ['plus-5', 17, false],
    ['plus-10', 20, true],
    ['plus-10', 19, false],
  ] as const)('of %s with %i of 20 called slower: met is %s', (kind, slower, met) => {
    expect(countOf(kind, [...runs(kind, slower, SLOWER), ...runs(kind, 20 - slower)])?.met).toBe(met);
  });

  it('of A/A bears one false alarm, in either direction, and not two', () => {
    const [slower, faster] = [runs('a-a', 1, SLOWER), runs('a-a', 1, FASTER)];
    expect(countOf('a-a', [...slower, ...runs('a-a', 19)])?.met).toBe(true);
    expect(countOf('a-a', [...faster, ...runs('a-a', 19)])?.met).toBe(true);
    expect(countOf('a-a', [...slower, ...faster, ...runs('a-a', 18)])?.met).toBe(false);
  });

  it('is neither met nor missed by fewer than 20 runs', () => {
    expect(countOf('plus-10', runs('plus-10', 19, SLOWER))?.met).toBeNull();
  });
});

describe('how the program ends', () => {
  it('says met, missed, or that there is more to do; what is missed stays missed', () => {
    expect(exitCodeOf([{ met: true }, { met: true }])).toBe(0);
    expect(exitCodeOf([{ met: true }, { met: null }])).toBe(3);
    expect(exitCodeOf([{ met: false }, { met: null }])).toBe(1);
  });
});

describe('what was measured', () => {
  it('is the geometric mean of the CPU ratios with its interval, and medians over the runs', () => {
    const costs = [1.09, 1.1, 1.11].map((ratio) => ({ ratio, lo: ratio, hi: ratio }));
    const all = costs.map((cost, i) =>
      runOf({ ...SLOWER, kind: 'plus-10', cost, seconds: 30 + i, head_by_cpu: 'slower' }),
    );
    const counts = countOf('plus-10', [
      ...all,
      runOf({ kind: 'plus-10', ratio: null, lo: null, hi: null, cost: null }),
    ]);
    expect(counts).toMatchObject({ runs: 4, slower_by_cpu: 3, ratio: 0.91, seconds_median: 31.5, seconds_most: 40 });
    expect(counts?.cost?.ratio).toBeCloseTo((1.09 * 1.1 * 1.11) ** (1 / 3), 12);
    expect(counts?.cost?.lo).toBeLessThan(1.09);
    expect(counts?.width).toBeCloseTo(0.02, 12);
  });
});
