import { describe, expect, test } from 'vitest';
import type { Finding } from '../../src/core/finding.ts';
import { worstFirst } from '../../src/core/worst-findings.ts';
import { findingLines } from '../../src/report/terminal/findings.ts';

function finding(rule: string, says: string, evidence: Finding['evidence']): Finding {
  return { rule, severity: 'SUSPECT', cell: 'fastapi.w1.u4', trial: '1/1', evidence, says, remedy: null };
}
const lateFor = (contaminated: number, requests: number): Finding =>
  finding('generator-lag', `late for ${contaminated} of ${requests}`, { contaminated, requests });
const said = (findings: readonly Finding[]): string[] => worstFirst(findings).map(({ says }) => says);

describe('Of several findings of a rule', () => {
  test('the one of the largest share stands first', () => {
    const late = [lateFor(8, 3000), lateFor(0, 0), lateFor(3, 100)];
    const stood = finding('generator-lag', 'stood still', { contaminated: 4, requests: 24, long_turns_share: 0.6 });
    expect(said([lateFor(18, 100), stood])).toEqual(['stood still', 'late for 18 of 100']);
    expect(said(late)).toEqual(['late for 3 of 100', 'late for 8 of 3000', 'late for 0 of 0']);
    const noisy = [
      finding('noisy-host', 'steal', { steal: 0.02, foreign_cpu_share: null }),
      finding('noisy-host', 'others', { steal: 0, foreign_cpu_share: 0.3 }),
    ];
    expect(said(noisy)).toEqual(['others', 'steal']);
    const overloaded = [
      finding('overloaded', 'tenth', { unanswered: 10, arrivals: 100 }),
      finding('overloaded', 'half', { unanswered: 5, arrivals: 10 }),
      finding('overloaded', 'grown', { unanswered: 0, grown: 4, arrivals: 10 }),
    ];
    expect(said(overloaded)).toEqual(['half', 'grown', 'tenth']);
  });

  test('the first does where the rule has no measure', () => {
    const queues = [finding('kernel-queue', 'one', { syn_retransmits: 1 }), finding('kernel-queue', 'two', {})];
    expect(said(queues)).toEqual(['one', 'two']);
    expect(said([finding('constructor', 'one', {}), finding('constructor', 'two', {})])).toEqual(['one', 'two']);
  });

  test('the terminal says the worst, and that there are others', () => {
    const lines = (findings: Finding[]): string =>
      findingLines({ cells: [{ findings }] as never }, 100, (_, text) => text).join('\n');
    expect(lines([lateFor(8, 3000), lateFor(3, 100)])).toBe(
      '  suspect generator-lag, 1 cell; at worst: late for 3 of 100',
    );
    expect(lines([lateFor(8, 3000)])).toBe('  suspect generator-lag, 1 cell: late for 8 of 3000');
    expect(lines([finding('kernel-queue', 'one', {}), finding('kernel-queue', 'two', {})])).toBe(
      '  suspect kernel-queue, 1 cell; one of them: one',
    );
  });
});
