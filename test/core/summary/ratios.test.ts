import { expect, test } from 'vitest';
import { timesRange, timesWithInterval } from '../../../src/core/summary/answer/ratios.ts';
import type { Seen } from '../../../src/core/summary/answer/situation.ts';

const seen = (ratio: number, bound: boolean): Seen => ({
  of: 'a',
  to: 'b',
  verdict: 'faster',
  ratio,
  lo: ratio - 0.5,
  hi: ratio + 0.5,
  mde: null,
  margin: 0.03,
  bound,
  reason: null,
});

test('A ratio to a lower bound is at least what it says', () => {
  expect(timesWithInterval(seen(2, false))).toBe('2.00× (1.50–2.50)');
  expect(timesWithInterval(seen(2, true))).toBe('at least 2.00× (1.50–2.50)');
});

test('Of several ratios all, some or none may be lower bounds', () => {
  expect(timesRange([seen(2, false), seen(3, false)])).toBe('2.00–3.00×');
  expect(timesRange([seen(2, true), seen(3, true)])).toBe('at least 2.00–3.00×');
  expect(timesRange([seen(2, false), seen(3, true)])).toBe('2.00–3.00× or more');
});
