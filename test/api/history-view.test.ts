import { expect, test } from 'vitest';
import { historyView } from '../../src/api/history-view.ts';
import type { HistoryRow } from '../../src/db/series-history.ts';

function row(metric: HistoryRow['cells'][number]['metric']): HistoryRow {
  return {
    id: 'exp_1',
    created_at: new Date('2026-11-20T10:00:00Z'),
    name: 'nightly',
    ended_at: null,
    labels: {},
    verdict: null,
    host_digest: 'a'.repeat(64),
    cells: [{ cell: 'fastapi.w1.cap', validity: 'valid', metric }],
  };
}

test('a metric that is younger than an experiment’s results has no value there', () => {
  const known = { value: 900, lo: 880, hi: 920, sd: 5, cv: 0.01, n: 3, reason: null };
  const { points } = historyView([row(known), row(null)]);
  expect(points.map(({ cells }) => cells[0])).toEqual([
    { cell: 'fastapi.w1.cap', validity: 'valid', ...known },
    {
      cell: 'fastapi.w1.cap',
      validity: 'valid',
      value: null,
      lo: null,
      hi: null,
      sd: null,
      cv: null,
      n: 0,
      reason: 'not-measured',
    },
  ]);
});
