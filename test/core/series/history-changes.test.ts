import { describe, expect, it } from 'vitest';
import { type HistoryPoint, historyChanges } from '../../../src/core/series/history-changes.ts';

/** The vector of S10: one change, at index 10. */
const VECTOR = [
  1.02, 0.95, 0.99, 1.0, 1.12, 1.0, 1.01, 0.98, 1.01, 0.96, 0.5, 0.51, 0.48, 0.48, 0.55, 0.5, 0.49, 0.51, 0.5, 0.49,
];

const CELL = 'api.w1.c16';

/** A history of one cell, its sessions numbered from 0. */
function historyOf(values: readonly (number | null)[], host_digest: string | null = 'h1'): HistoryPoint[] {
  return values.map((value, i) => ({ experiment_id: `exp_${i}`, host_digest, values: [{ cell: CELL, value }] }));
}

const geometric = (values: readonly number[]) =>
  Math.exp(values.reduce((sum, x) => sum + Math.log(x), 0) / values.length);

describe('the changes in a history', () => {
  it('are named by the first session of the new level, with the geometric means of both levels', () => {
    const [change, ...others] = historyChanges(historyOf(VECTOR));
    expect(others).toEqual([]);
    expect(change).toMatchObject({ cell: CELL, host_digest: 'h1', experiment_id: 'exp_10' });
    expect(change?.before).toBeCloseTo(geometric(VECTOR.slice(0, 10)), 12);
    expect(change?.after).toBeCloseTo(geometric(VECTOR.slice(10)), 12);
    expect(change?.p).toBeLessThan(0.001);
  });

  it('are looked for on each host by itself: moving to another one is none', () => {
    const [fast, slow] = [historyOf(VECTOR.slice(0, 10), 'h1'), historyOf(VECTOR.slice(10), 'h2')];
    expect(historyChanges([...fast, ...slow])).toEqual([]);
    expect(historyChanges(historyOf(VECTOR, null))).toEqual([]);
  });

  it('are looked for in each cell by itself, and told in the order of the history', () => {
    const points = VECTOR.map((value, i) => ({
      experiment_id: `exp_${i}`,
      host_digest: 'h1',
      values: [
        { cell: 'late', value },
        { cell: 'early', value: i < 8 ? 2 + (i % 2) / 100 : 3 + (i % 2) / 100 },
        { cell: 'never', value: 7 + (i % 2) / 100 },
      ],
    }));
    expect(historyChanges(points).map(({ cell, experiment_id }) => [cell, experiment_id])).toEqual([
      ['early', 'exp_8'],
      ['late', 'exp_10'],
    ]);
  });

  it('pass over sessions without a value', () => {
    const gaps = [...VECTOR.slice(0, 5), null, ...VECTOR.slice(5, 10), null, ...VECTOR.slice(10)];
    expect(historyChanges(historyOf(gaps)).map(({ experiment_id }) => experiment_id)).toEqual(['exp_12']);
  });

  it('are found in rates of errors too, of which some are 0', () => {
    const rates = [0, 0, 0.001, 0, 0, 0.001, 0, 0, 0.2, 0.21, 0.2, 0.2, 0.19, 0.2, 0.2, 0.21];
    const [change, ...others] = historyChanges(historyOf(rates));
    expect(others).toEqual([]);
    expect(change?.experiment_id).toBe('exp_8');
    expect(change?.before).toBeCloseTo(0.002 / 8, 12);
  });

  it('are none where there are fewer than eight sessions, and none without any', () => {
    expect(historyChanges(historyOf([1, 1, 1, 1, 9, 9, 9]))).toEqual([]);
    expect(historyChanges([])).toEqual([]);
  });
});
