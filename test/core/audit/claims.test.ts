import { describe, expect, it } from 'vitest';
import { auditStudy } from '../../../src/core/audit/audit-study.ts';
import type { StudyInput } from '../../../src/core/audit/study.ts';
import { studyWith } from './clean-study.ts';

type ClaimInput = NonNullable<StudyInput['claims']>[number];

const at = (deployment: string, users: number) => ({ deployment, workers: 1, users });
const said = { quote: 'it is so', at: 'Abstract' };

function outcome(claim: ClaimInput): 'holds' | 'not-run' | { severity: string; says: string } {
  const report = auditStudy(studyWith((input) => (input.claims = [claim])));
  const finding = report.findings.find((f) => f.rule === 'printed-claim');
  if (finding !== undefined) return { severity: finding.severity, says: finding.says };
  return report.checked.some((c) => c.rule === 'printed-claim') ? 'holds' : 'not-run';
}

describe('claims against the rows: latencies 5 and 6 ms (fast), 9 and 12 ms (slow)', () => {
  const change = (printed_pct: number | string): ClaimInput => ({
    kind: 'change',
    ...said,
    metric: 'latency_mean_ms',
    from: at('slow', 10),
    to: at('slow', 50),
    printed_pct,
  });

  it('accepts a percentage that is rounded or cut off: +33.3 %', () => {
    expect(outcome(change(33))).toBe('holds');
    expect(outcome(change(34))).toBe('holds');
    expect(outcome(change(30))).toBe('holds');
    expect(outcome(change('33.3'))).toBe('holds');
  });

  it('tells loose percentages from wrong ones', () => {
    expect(outcome(change(35))).toMatchObject({ severity: 'NOTE' });
    expect(outcome(change(60))).toMatchObject({ severity: 'SUSPECT' });
    expect(outcome(change(-33))).toMatchObject({ severity: 'SUSPECT' });
  });

  const everyPair = (ratio_at_least: number, ratio_at_most?: number): ClaimInput => ({
    kind: 'every_pair',
    ...said,
    metric: 'latency_mean_ms',
    of: 'fast',
    against: ['slow'],
    ratio_at_least,
    ratio_at_most,
  });

  it('wants every pair: 1.8 and 2 times', () => {
    expect(outcome(everyPair(1.7, 2.1))).toBe('holds');
    expect(outcome(everyPair(2))).toMatchObject({
      severity: 'SUSPECT',
      says: expect.stringContaining('1 of 2') as string,
    });
    expect(outcome(everyPair(1.85))).toMatchObject({ severity: 'NOTE' });
  });

  it('turns latency so that less is better', () => {
    const order = (better: string, worse: string): ClaimInput => ({
      kind: 'order',
      ...said,
      metric: 'latency_mean_ms',
      better: at(better, 10),
      worse: at(worse, 10),
    });
    expect(outcome(order('fast', 'slow'))).toBe('holds');
    expect(outcome(order('slow', 'fast'))).toMatchObject({ severity: 'SUSPECT' });
  });

  it('holds values against limits', () => {
    const limit = (op: '<' | '>' | '==', value: number): ClaimInput => ({
      kind: 'threshold',
      ...said,
      metric: 'latency_mean_ms',
      cell: at('slow', 50),
      op,
      value,
    });
    expect([outcome(limit('<', 12.1)), outcome(limit('>', 11)), outcome(limit('==', 12))]).toEqual([
      'holds',
      'holds',
      'holds',
    ]);
    expect(outcome(limit('<', 11))).toMatchObject({ severity: 'SUSPECT' });
  });

  it('denies saturation to a worker that was idle most of the time: 33.07/s · 9 ms = 30 %', () => {
    const saturated: ClaimInput = { kind: 'saturated', ...said, cell: at('slow', 50), probe: at('slow', 10) };
    expect(outcome(saturated)).toMatchObject({ says: expect.stringContaining('at most 30 % busy') as string });
  });

  it('does not judge a claim whose rows are not printed', () => {
    expect(outcome({ kind: 'saturated', ...said, cell: at('slow', 50), probe: at('slow', 1) })).toBe('not-run');
    expect(outcome({ kind: 'sd_below_mean', ...said, table: 'SD', deployment: 'fast' })).toBe('not-run');
  });
});
