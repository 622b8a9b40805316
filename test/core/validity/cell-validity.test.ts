import { describe, expect, test } from 'vitest';
import type { Finding } from '../../../src/core/finding.ts';
import { cellValidity } from '../../../src/core/validity/cell-validity.ts';
import { unusableTrials } from '../../../src/core/validity/unusable-trials.ts';
import { connectionsCell, makeCell, makeFailed, repeated } from '../../fixtures/cell-facts.ts';

const cell = connectionsCell();

function finding(severity: Finding['severity'], trial: string | null, rule = 'noisy-host'): Finding {
  return { rule, severity, cell: cell.cell, trial, evidence: {}, says: '', remedy: null };
}

describe('cellValidity', () => {
  const four = makeCell(repeated(cell, 4));
  test.each<[string, Finding[]]>([
    ['valid', []],
    ['valid', [finding('NOTE', null)]],
    ['valid', [finding('SUSPECT', '1/1')]],
    ['suspect', [finding('SUSPECT', '1/1'), finding('SUSPECT', '3/1')]],
    ['valid', [finding('SUSPECT', '1/1'), finding('SUSPECT', '1/1', 'below-floor')]],
    ['suspect', [finding('SUSPECT', null)]],
    ['valid', [finding('INVALID', '1/1', 'generator-lag')]],
    ['invalid', [finding('INVALID', null, 'unusable-trials')]],
    ['invalid', [finding('INVALID', '1/1', 'contract-mismatch')]],
    ['invalid', [finding('INVALID', '1/1', 'payload-drift')]],
    ['invalid', [finding('INVALID', '5/1', 'silent-drop')]],
  ])('%s: findings %#', (validity, findings) => {
    expect(cellValidity(four, findings)).toBe(validity);
  });

  test('suspect trials that are not usable do not count among the usable ones', () => {
    expect(cellValidity(four, [finding('SUSPECT', '5/1'), finding('SUSPECT', '6/1')])).toBe('valid');
  });
});

describe('unusable-trials', () => {
  const lost = (usable: number, failed: number, remaining = 0, repetitions = 5) => {
    const trials = [
      ...repeated(cell, usable),
      ...Array.from({ length: failed }, (_, i) => makeFailed(cell, {}, usable + i + 1)),
    ];
    return unusableTrials({
      ...makeCell(trials, { cell, remaining }),
      spec: { warmup_s: 1, window_s: 5, repetitions },
    });
  };

  test('a third of the trials may be lost, more may not', () => {
    expect(lost(4, 2, 0, 6)).toEqual([]);
    expect(lost(3, 2)).toMatchObject([
      { severity: 'INVALID', says: '2 of 5 trials cannot be used, more than a third.' },
    ]);
  });

  test('of three declared all three are needed, of one that one', () => {
    expect(lost(2, 0, 0, 3)).toMatchObject([{ says: '2 usable trials of 3 declared: at least 3 are needed.' }]);
    expect(lost(1, 0, 0, 1)).toEqual([]);
    expect(lost(0, 1, 0, 1)).toHaveLength(1);
  });

  test('what may still come is not held against a cell that is being measured', () => {
    expect(lost(1, 0, 4)).toEqual([]);
    expect(lost(0, 0, 5)).toEqual([]);
  });

  test('a cell of which nothing was run says so', () => {
    expect(lost(0, 0)).toMatchObject([{ says: 'No trial of the cell was run.' }]);
  });
});
