import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { MAX_ASKED_S, MAX_ATTEMPTS, RETRIES_S, retryInS } from '../../src/core/delivery-schedule.ts';

const attempts = fc.integer({ min: 1, max: MAX_ATTEMPTS - 1 });
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

it('A delivery that failed is tried again after 5 s, 5 and 30 minutes, 2, 5, 10, 14, 20 and 24 hours, and then no more', () => {
  const [minute, hour] = [60, 3600];
  const waits = [5, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 14 * hour, 20 * hour, 24 * hour];
  expect(waits.map((_, i) => retryInS(i + 1, 0, null))).toEqual(waits);
  expect(retryInS(waits.length + 1, 0, null)).toBeNull();
  expect(MAX_ATTEMPTS).toBe(10);
});

it('Each wait is lengthened by chance, by a fifth at most, and never shortened', () => {
  fc.assert(
    fc.property(attempts, random, (n, chance) => {
      const wait_s = RETRIES_S[n - 1] ?? 0;
      const in_s = retryInS(n, chance, null) ?? 0;
      expect(in_s).toBeGreaterThanOrEqual(wait_s);
      expect(in_s).toBeLessThanOrEqual(wait_s * 1.2);
    }),
  );
});

it('Who asks to be left alone is, for a day at most; who asks to be asked sooner is not', () => {
  expect(retryInS(1, 0, 120)).toBe(120);
  expect(retryInS(2, 0, 120)).toBe(300);
  expect(retryInS(1, 0, 10 * MAX_ASKED_S)).toBe(MAX_ASKED_S);
  expect(retryInS(1, 0, -5)).toBe(5);
});
