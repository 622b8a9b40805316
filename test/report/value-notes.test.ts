import { expect, test } from 'vitest';
import type { MetricValue } from '../../src/core/results.ts';
import { gapNotes, valueNotes } from '../../src/report/table/value-cell.ts';

const of = (value: number | null, reason: string | null = null): MetricValue => ({
  value,
  lo: null,
  hi: null,
  sd: null,
  cv: null,
  n: value === null ? 0 : 3,
  reason,
});
const cell = (p99: MetricValue, censored: readonly string[]) => ({
  cell: 'fastapi.w1.u4',
  validity: 'valid' as const,
  censored: [...censored],
  error_rate: of(0),
  latency_p95_ms: of(null, 'withheld'),
  latency_p99_ms: p99,
});
const P99 = ['latency_p99_ms'] as const;

test('The sign of a lower bound is explained where it stands, and only there', () => {
  const note = ['≥ failed requests stand at or above it: a lower bound.'];
  expect(valueNotes([cell(of(900), ['p99'])], P99)).toEqual(note);
  expect(valueNotes([cell(of(900), [])], P99)).toEqual([]);
  // Not shown, or not of this table.
  expect(valueNotes([cell(of(null, 'overloaded'), ['p99'])], P99)).toEqual([]);
  expect(valueNotes([cell(of(900), ['max'])], P99)).toEqual([]);
});

test('Gaps of one reason are told together, in the order of the columns', () => {
  const columns = ['latency_p95_ms', 'latency_p99_ms', 'error_rate'] as const;
  // The first that lacks one lacks the later column.
  const withheld = cell(of(null, 'withheld'), []);
  expect(gapNotes([{ ...withheld, latency_p95_ms: of(2) }, withheld], columns)).toEqual([
    '— p95, p99 of 1 cell: the generator was late too often to vouch for it.',
  ]);
});
