import { describe, expect, test } from 'vitest';
import { contractMismatch } from '../../../src/core/validity/contract-mismatch.ts';
import { protocolDeviation, repetitionsDeviation } from '../../../src/core/validity/protocol-deviation.ts';
import { silentDrop } from '../../../src/core/validity/silent-drop.ts';
import { connectionsCell, makeCell, makeFailed, makeTrial, repeated, usersCell } from '../../fixtures/cell-facts.ts';

const cell = connectionsCell();

describe('contract-mismatch', () => {
  test('a failed contract check is invalid and says what was answered', () => {
    const says = 'GET /tasks/60: expected status 200, got 500';
    const [finding] = contractMismatch(makeFailed(cell, { step: 'contract', reason: 'contract-mismatch', says }));
    expect(finding).toMatchObject({ rule: 'contract-mismatch', severity: 'INVALID', trial: '1/1' });
    expect(finding?.says).toContain(says);
    expect(finding?.remedy).toContain('benchwright targets verify fastapi');
  });

  test('another failure, and a good trial, are not', () => {
    expect(contractMismatch(makeFailed(cell))).toEqual([]);
    expect(contractMismatch(makeTrial({ cell }))).toEqual([]);
  });
});

describe('protocol-deviation', () => {
  test('a window or ramp more than 10 % off what was declared is suspect', () => {
    const users = usersCell(50);
    const [finding] = protocolDeviation(makeTrial({ cell: users }, { load: { duration_s: 4.3, ramp_s: 5.8 } }));
    expect(finding).toMatchObject({ rule: 'protocol-deviation', severity: 'SUSPECT' });
    expect(finding?.says).toBe(
      'The trial was not run as declared: ramp_s 5.80 instead of 5 and window_s 4.30 instead of 5.',
    );
  });

  test('the level itself must be the declared one', () => {
    expect(protocolDeviation(makeTrial({ cell: usersCell(50) }, { load: { users: 40 } }))).toHaveLength(1);
  });

  test('what a timer and the last user of a ramp cost is not a deviation', () => {
    const load = { ramp_s: 0.9, duration_s: 5.02, warmup_s: 1.05 };
    expect(protocolDeviation(makeTrial({ cell: usersCell(10) }, { load }))).toEqual([]);
    expect(protocolDeviation(makeTrial({ cell }, { load: { ramp_s: 0.02 } }))).toEqual([]);
  });

  test('four of five declared repetitions are a deviation when no more can follow', () => {
    const four = [...repeated(cell, 4), makeFailed(cell, {}, 5)];
    expect(repetitionsDeviation(makeCell(four))).toMatchObject([
      { severity: 'SUSPECT', says: '4 of 5 repetitions were measured.' },
    ]);
    expect(repetitionsDeviation(makeCell(four, { remaining: 1 }))).toEqual([]);
    expect(repetitionsDeviation(makeCell(repeated(cell, 5)))).toEqual([]);
  });
});

describe('silent-drop', () => {
  const schedule = [1, 2].map((block) => ({ block, cells: ['a', 'b'] }));
  const trials = [1, 2].flatMap((block) => ['a', 'b'].map((of) => ({ cell: of, block })));

  test('a scheduled trial without a result is invalid once the experiment is complete', () => {
    expect(silentDrop({ schedule, trials: trials.slice(0, 3), complete: true })).toMatchObject([
      { rule: 'silent-drop', severity: 'INVALID', cell: 'b', trial: '2/1' },
    ]);
  });

  test('a complete schedule, and one that was ended early, have no silent drop', () => {
    expect(silentDrop({ schedule, trials, complete: true })).toEqual([]);
    expect(silentDrop({ schedule, trials: [], complete: false })).toEqual([]);
  });
});
