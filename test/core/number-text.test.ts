import { expect, test } from 'vitest';
import {
  apartText,
  countText,
  declaredPercentText,
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
  [119_373_042_011_303.25, '>999,999,999'],
  [8.2e-10, '<0.000001'],
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

test('a share beyond all reason is not written out', () => {
  expect([1.32e12, 99.99].map(percentText)).toEqual(['>9,999 %', '9999 %']);
});

test('lists and counts read as prose', () => {
  expect([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map(listText)).toEqual(['', 'a', 'a and b', 'a, b and c']);
  expect([countText(1, 'worker'), countText(4, 'worker'), countText(1000, 'user')]).toEqual([
    '1 worker',
    '4 workers',
    '1,000 users',
  ]);
});

test('declared shares are per cent as they were declared', () => {
  expect([0.03, 0.07, 0.125, 0.0125, 0.00045, 2].map(declaredPercentText)).toEqual([
    '3 %',
    '7 %',
    '12.5 %',
    '1.25 %',
    '0.045 %',
    '200 %',
  ]);
});

test('what lies beside a limit has digits enough to say on which side', () => {
  expect(apartText(799.7, 800, measuredText)).toBe('799.7');
  expect(apartText(799.9999, 800, measuredText)).toBe('799.9999');
  expect(apartText(0.0996, 0.1, percentText)).toBe('9.96 %');
  // Of 99.97 the text is 100.0, of 100 it is 100.
  expect(apartText(99.97, 100, measuredText)).toBe('99.97');
  expect(apartText(800, 800, measuredText)).toBe('800');
  expect(apartText(790, 800, measuredText)).toBe('790');
  expect(apartText(799.7, null, measuredText)).toBe('800');
});
