import { expect, test } from 'vitest';
import {
  countText,
  declaredText,
  listText,
  measuredText,
  numberText,
  percentText,
  ratioText,
} from '../../src/core/number-text.ts';

test.each([
  [0, '0'],
  [0.0312, '0.0312'],
  [0.00009876, '0.000099'],
  [3.1249, '3.12'],
  [10, '10'],
  [31.25, '31.3'],
  [99.97, '100.0'],
  [312.4, '312'],
  [3120.5, '3,121'],
  [1_234_567, '1,234,567'],
  [-2.5, '-2.50'],
])('%d is written %s', (value, text) => {
  expect(numberText(value)).toBe(text);
});

test('measured numbers keep their digits where they happen to be whole; declared ones are as they were declared', () => {
  expect([93, 74.6, 1000].map(measuredText)).toEqual(['93.0', '74.6', '1,000']);
  expect([1.5, 10, 1000].map(declaredText)).toEqual(['1.5', '10', '1,000']);
});

test('ratios near 1 have three decimals, so that a margin of 3 % can be told from the next', () => {
  expect([0.912, 1, 1.0304, 12.34, 0.05].map(ratioText)).toEqual(['0.912', '1.000', '1.030', '12.3', '0.0500']);
});

test('shares are per cent with a decimal below 10 %', () => {
  expect([0, 0.0004, 0.0123, 0.034, 0.91, 1].map(percentText)).toEqual([
    '0 %',
    '0.04 %',
    '1.2 %',
    '3.4 %',
    '91 %',
    '100 %',
  ]);
});

test('lists and counts read as prose', () => {
  expect([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map(listText)).toEqual(['', 'a', 'a and b', 'a, b and c']);
  expect([countText(1, 'worker'), countText(4, 'worker'), countText(1000, 'user')]).toEqual([
    '1 worker',
    '4 workers',
    '1,000 users',
  ]);
});
